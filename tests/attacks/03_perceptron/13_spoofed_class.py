# /// attack
# lines = [13]
# tries = "Answers with objects whose __class__ says float or ndarray, and with other answers every time they are asked."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "2.2" = "wrong answer" }
# ///
import itertools


class Spoofed:
    __class__ = property(lambda self: float)

    def __init__(self, value=0.0):
        self._value = value

    def __float__(self):
        return float(self._value)

    def __eq__(self, other):
        return True

    def tobytes(self):
        return b"\0" * 8

    dtype = property(lambda self: np.dtype(float))


class Perceptron:
    _answers = itertools.count()

    def __init__(self, n_inputs):
        self._n = n_inputs

    @property
    def weights(self):
        return [next(self._answers)] * self._n

    @weights.setter
    def weights(self, value):
        pass

    @property
    def bias(self):
        return Spoofed(next(self._answers))

    @bias.setter
    def bias(self, value):
        pass

    @property
    def __dict__(self):
        return {"weights": 0}

    def predict(self, X):
        return Spoofed(1)

    def update(self, x, target):
        return Spoofed(True)

    def fit(self, X, y, max_epochs):
        return [Spoofed(0)]


def step(z):
    return Spoofed(1)


def neuron(x, w, b, f):
    return Spoofed(9.0)


def boundary(weights, bias, x1):
    return Spoofed(1.0)


def mistakes_on_xor(epochs):
    return [Spoofed(4)] * epochs
