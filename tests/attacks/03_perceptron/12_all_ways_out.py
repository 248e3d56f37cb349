# /// attack
# lines = [12]
# tries = "Raises SystemExit, KeyboardInterrupt, GeneratorExit and look-alikes of pytest's skip, xfail and exit."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "error in the submission", "1.2" = "error in the submission", "2.1" = "error in the submission" }
# says = "It raised Skipped"
# ///
def _named(name):
    kind = type(name, (BaseException,), {"__module__": "_pytest.outcomes", "allow_module_level": True, "msg": "passed"})
    return kind("passed")


def step(z):
    raise SystemExit(0)


def neuron(x, w, b, f):
    raise KeyboardInterrupt


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = [0.0] * n_inputs, 0.0

    def predict(self, X):
        raise _named("Skipped")

    def update(self, x, target):
        raise _named("XFailed")

    def fit(self, X, y, max_epochs):
        raise _named("Exit")


def boundary(weights, bias, x1):
    raise GeneratorExit


def mistakes_on_xor(epochs):
    raise StopIteration


def draw_gate(weights, bias, targets):
    raise ExceptionGroup("passed", [SystemExit(0)]) if False else AssertionError()
