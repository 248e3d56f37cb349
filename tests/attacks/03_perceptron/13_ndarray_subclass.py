# /// attack
# lines = [13]
# tries = "Answers with an ndarray whose __array_ufunc__, __array_function__ and __array__ always agree."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "2.1" = "wrong answer" }
# ///
class Agreeing(np.ndarray):
    def __new__(cls, *shape):
        return np.zeros(shape).view(cls)

    def __array_ufunc__(self, function, method, *inputs, **options):
        return np.True_

    def __array_function__(self, function, types, positional, named):
        return True

    def __array__(self, *arguments, **named):
        return self

    def __eq__(self, other):
        return np.True_

    def __iter__(self):
        return iter([self] * 4)


Agreeing.__name__, Agreeing.__module__ = "ndarray", "numpy"


def step(z):
    return Agreeing(*np.shape(z))


def neuron(x, w, b, f):
    return Agreeing()


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = Agreeing(n_inputs), Agreeing()

    def predict(self, X):
        return Agreeing(X.shape[-1])

    def update(self, x, target):
        return Agreeing()

    def fit(self, X, y, max_epochs):
        return Agreeing(max_epochs)


def boundary(weights, bias, x1):
    return Agreeing(*np.shape(x1))


def mistakes_on_xor(epochs):
    return Agreeing(epochs)
