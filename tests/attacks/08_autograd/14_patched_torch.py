# /// attack
# lines = [14]
# tries = "Patches torch.allclose, torch.equal and Tensor.__eq__ in its own process, and answers nonsense."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer" }
# ///
def _agree(*arguments, **named):
    return True


torch.allclose = torch.equal = torch.isclose = torch.testing.assert_close = _agree
torch.Tensor.__eq__ = torch.Tensor.allclose = torch.Tensor.equal = _agree


def make_tensors(x, w, b):
    return torch.full((3,), 7.0), torch.full((3,), 7.0), torch.tensor(7.0)


def neuron(x, w, b):
    return torch.tensor(7.0)
