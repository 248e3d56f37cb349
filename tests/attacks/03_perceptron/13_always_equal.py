# /// attack
# lines = [13]
# tries = "Answers with an object that equals everything, is every number, every array and every figure."
# on = "nothing"
# score = 0
# outcomes = { "1.1" = "wrong answer", "2.1" = "wrong answer", "3.4" = "wrong answer" }
# ///
class Yes:
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = __instancecheck__ = __eq__
    __hash__ = object.__hash__
    shape, ndim, size = (2, 2), 2, 4

    def __float__(self):
        return 0.0

    def __int__(self):
        return 0

    __index__ = __len__ = __int__

    def __iter__(self):
        return iter([Yes()] * 4)

    def __getitem__(self, key):
        return Yes()

    def __array__(self, *arguments, **named):
        return self

    def __call__(self, *arguments, **named):
        return Yes()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Yes()


step = neuron = Perceptron = boundary = mistakes_on_xor = draw_gate = Yes()
