# /// attack
# lines = [33]
# tries = "Right, with tqdm where it is there, as careful programs import it."
# score = 20
# ///
try:
    from tqdm import tqdm
except ImportError:

    def tqdm(items):
        return items


_fit = Perceptron.fit
Perceptron.fit = lambda self, X, y, max_epochs: _fit(self, X, y, len(list(tqdm(range(max_epochs)))))
