# /// attack
# lines = [19]
# tries = "Answers with objects, and raises exceptions, whose repr, str, bool and length never end."
# on = "stub"
# score = 0
# outcomes = { "1.2" = "wrong answer" }
# ///
class Slow:
    def __repr__(self):
        while True:
            pass

    __str__ = __len__ = __bool__ = __float__ = __hash__ = __iter__ = __format__ = __repr__


def neuron(x, w, b, f):
    return Slow()


def mistakes_on_xor(epochs):
    return [Slow()] * epochs
