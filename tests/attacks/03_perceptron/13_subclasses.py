# /// attack
# lines = [13]
# tries = "Answers with subclasses of float, int, str, list, dict and tuple that equal everything."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer", "3.3" = "wrong answer" }
# ///
def _yes(self, *others):
    return True


def _agreeing(kind):
    names = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
    return type(kind.__name__, (kind,), {**dict.fromkeys(names, _yes), "__hash__": lambda self: 0, "__module__": "builtins"})


Float, Int, Str, List, Tuple = map(_agreeing, (float, int, str, list, tuple))


def step(z):
    return Int(1)


def neuron(x, w, b, f):
    return Float(9.0)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = List([0.0] * n_inputs), Float(0.0)

    def predict(self, X):
        return List([0, 1, 0, 1])

    def update(self, x, target):
        return Int(1)

    def fit(self, X, y, max_epochs):
        return Tuple([1, 0])


def boundary(weights, bias, x1):
    return Float(1.0)


def mistakes_on_xor(epochs):
    return List([Int(4)] * epochs)


def draw_gate(weights, bias, targets):
    return Str("figure")
