# /// attack
# lines = [34]
# tries = "Answers with lists of tensors of many short axes, with a tensor of 65 axes, and with one that fills the frame."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer" }
# ///
def make_tensors(x, w, b):
    return [torch.zeros((2,) * 15)] * 200


def neuron(x, w, b):
    return torch.zeros((1,) * 65)


def loss_and_gradients(x, w, b, y):
    return torch.zeros((2,) * 22), [torch.zeros((2,) * 10)] * 12


def gradients_by_hand(x, w, b, y):
    return torch.zeros(1).expand(2**40)
