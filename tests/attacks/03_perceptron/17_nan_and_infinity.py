# /// attack
# lines = [17]
# tries = "Answers with NaN and infinity everywhere, which compare neither larger nor smaller."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer", "2.1" = "wrong answer", "3.1" = "wrong answer" }
# says = "nan"
# ///
def step(z):
    return z * np.nan


def neuron(x, w, b, f):
    return np.nan


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = np.full(n_inputs, np.nan), np.nan

    def predict(self, X):
        return np.full(X.shape[1:], np.nan) if X.ndim > 1 else np.inf

    def update(self, x, target):
        return np.nan

    def fit(self, X, y, max_epochs):
        return [np.nan] * max_epochs


def boundary(weights, bias, x1):
    return x1 * np.inf


def mistakes_on_xor(epochs):
    return [np.nan] * epochs
