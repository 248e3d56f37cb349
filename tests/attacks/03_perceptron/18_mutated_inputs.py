# /// attack
# lines = [18]
# tries = "Empties its inputs in place and answers 0, so that an answer computed from them later agrees."
# on = "stub"
# score = 0.5
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer", "2.1" = "wrong answer", "2.2" = "wrong answer" }
# ///
def _emptied(*arrays):
    for array in arrays:
        if isinstance(array, np.ndarray):
            array[...] = 0
            array.flags.writeable = False
    return 0


def step(z):
    _emptied(z)
    return np.zeros(np.shape(z))


def neuron(x, w, b, f):
    return _emptied(x, w)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = np.zeros(n_inputs), 0.0

    def predict(self, X):
        _emptied(X)
        return np.zeros(X.shape[1:])

    def update(self, x, target):
        _emptied(x)
        return False

    def fit(self, X, y, max_epochs):
        _emptied(X, y)
        return [0]


def boundary(weights, bias, x1):
    _emptied(weights, x1)
    return np.zeros(np.shape(x1))
