# /// attack
# lines = [13]
# tries = "Answers with a tensor subclass whose __torch_function__ always agrees, and with parameters of a spoofed class."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer" }
# ///
class Agreeing(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, positional=(), named=None):
        return True

    def __eq__(self, other):
        return True

    def __bool__(self):
        return True


Agreeing.__name__, Agreeing.__module__ = "Tensor", "torch"


def _agreeing(*arguments, **named):
    return torch.Tensor._make_subclass(Agreeing, torch.zeros(2))


def make_tensors(x, w, b):
    return _agreeing(), _agreeing(), _agreeing()


neuron = loss_and_gradients = gradients_by_hand = _agreeing
