# /// attack
# lines = [10]
# tries = "Keeps its first answer for each kind of input, as if hidden inputs were the public ones again."
# score = 16
# outcomes = { "1.1" = "wrong answer" }
# ///
_right, _known = step, {}


def step(z):
    key = (type(z), getattr(z, "shape", None))
    if key not in _known:
        _known[key] = _right(z)
    return _known[key]
