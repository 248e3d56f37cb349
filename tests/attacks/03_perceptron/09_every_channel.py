# /// attack
# lines = [9]
# tries = "Says the hidden inputs by the name, text, notes and line of an exception, by functions, files, lines and keys."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "error in the submission", "1.2" = "error in the submission", "2.1" = "error in the submission" }
# says = "LEAK"
# ///
import sys
import warnings


def _word(inputs):
    return f"LEAK_{sum(map(ord, str(inputs)))}_{str(inputs)[:40]}"


def _by_place(word):
    """Raised by a function of this name, in a file of this name, in a line that is the number of its letters."""
    source = "\n" * len(word) + f"raise type({word[:60]!r}, (ZeroDivisionError,), {{}})({word!r})"
    exec(compile(source, f"{word}.py", "exec").replace(co_name=word), {"__name__": word})


def step(z):
    warnings.warn(_word(z), stacklevel=1)
    print("\n" * (len(str(z)) % 50), _word(z), file=sys.stderr)
    _by_place(_word(z))


def neuron(x, w, b, f):
    error = KeyError(_word((x, w, b)))
    error.__notes__ = [_word(x)]
    error.__cause__ = type(_word(w)[:60], (Exception,), {})(_word(b))
    globals()[_word(x)] = 1
    raise error


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = [0.0] * n_inputs, 0.0

    def predict(self, X):
        with open(_word(X)[:100].replace("/", "_"), "w") as file:
            file.write(_word(X))
        raise ExceptionGroup(_word(X), [ValueError(_word(X))]) if sys.version_info >= (3, 11) else ValueError(_word(X))

    def update(self, x, target):
        raise FileNotFoundError(2, _word(x), _word(target))

    def fit(self, X, y, max_epochs):
        raise SyntaxError(_word(X), (f"{_word(y)}.py", len(str(y)), 1, _word(X)))


def boundary(weights, bias, x1):
    raise ModuleNotFoundError(_word(weights), name=_word(x1))


def draw_gate(weights, bias, targets):
    raise UnicodeDecodeError(_word(weights)[:20], b"x", 0, 1, _word(targets))


def mistakes_on_xor(epochs):
    raise OSError(int(epochs) + 1, _word(epochs))
