# /// submission
# about = "Parameters, modules and optimizers of torch.nn and torch.optim, built inside each function."
# earns = "everything"
# ///
import numpy
import torch
from torch import nn


def make_tensors(x, w, b):
    parameter = lambda values: nn.Parameter(torch.tensor(values).float())
    return torch.tensor(x).float(), parameter(w), parameter(b)


def neuron(x, w, b):
    return nn.Sequential(nn.ReLU())(torch.dot(x, w) + b)


def loss_and_gradients(x, w, b, target):
    torch.optim.Adam([w, b]).zero_grad(set_to_none=False)
    loss = nn.MSELoss()(neuron(x, w, b), torch.tensor(target))
    loss.backward()
    return loss.item(), w.grad.clone(), b.grad.clone()


def gradients_by_hand(x, w, b, target):
    y = neuron(x, w, b)
    on = torch.heaviside(y, torch.zeros(()))
    return 2 * on * (y - target) * x, 2 * on * (y - target)


def gradients_match(by_hand, by_autograd):
    mine = torch.cat([part.reshape(-1) for part in by_hand])
    theirs = torch.cat([part.reshape(-1) for part in by_autograd])
    return torch.allclose(mine, theirs, rtol=1e-5, atol=1e-6)


class Polynomial(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.x = nn.Parameter(torch.tensor(float(start)))

    def forward(self):
        return 1 + self.x * (self.x + 3)


def value_and_gradient(x):
    model = Polynomial(x)
    y = model()
    y.backward()
    return numpy.float32(y.item()), numpy.float32(model.x.grad)


def node_names(y):
    def below(node, seen):
        if node is None or node in seen:
            return []
        seen.add(node)
        kind = type(node).__name__
        own = [] if kind == "AccumulateGrad" else [kind.partition("Backward")[0]]
        return own + [name for child, _ in node.next_functions for name in below(child, seen)]

    return below(y.grad_fn, set())


def gradient_after_each_pass(x, passes, zeroed):
    model = Polynomial(x)
    seen = []
    for _ in range(passes):
        if zeroed:
            model.zero_grad()
        model().backward()
        seen.append(model.x.grad.item())
    return seen


def backward_twice(y, retain_graph):
    y.backward(torch.ones_like(y), retain_graph)
    works = True
    try:
        y.backward()
    except RuntimeError:
        works = False
    return works


def gradient_from_vector(x, y, v):
    torch.dot(y, v).backward()
    return x.grad.detach()


def scaled_leaf(values, scale):
    weights = nn.Parameter(torch.tensor(values))
    with torch.no_grad():
        weights *= scale
    return weights


def distance_to_constant(y, target):
    return nn.MSELoss()(y, target.data)


def layer_numpy(X, W, b):
    return numpy.dot(X, W.transpose()) + b.reshape(1, -1)


def layer_torch(X, W, b):
    return torch.func.functional_call(nn.Linear(W.shape[1], W.shape[0]), {"weight": W, "bias": b}, X)


def predict(X, W, b):
    with torch.inference_mode():
        return nn.Sigmoid()(layer_torch(X, W, b))


def losses(logits, labels):
    return nn.BCELoss(reduction="none")(nn.Sigmoid()(logits), labels)


def training_step(X, labels, W, b, rate):
    optimizer = torch.optim.SGD([W, b], lr=rate)
    loss = nn.BCEWithLogitsLoss()(layer_torch(X, W, b).view(-1), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


class Network(nn.Module):
    KINDS = {
        "linear": nn.Identity(),
        "sigmoid": nn.Sigmoid(),
        "tanh": nn.Tanh(),
        "relu": nn.ReLU(),
        "leaky_relu": nn.LeakyReLU(0.01),
        "gelu": nn.GELU(),
        "softmax": nn.Softmax(dim=1),
    }

    def __init__(self, parameters, activations):
        super().__init__()
        layers = []
        for number, name in enumerate(activations, start=1):
            W, b = parameters[f"W{number}"], parameters[f"b{number}"]
            linear = nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
            linear.load_state_dict({"weight": torch.tensor(W), "bias": torch.tensor(b[:, 0])})
            layers += [linear, self.KINDS[name]]
        self.layers = nn.Sequential(*layers)

    def forward(self, X):
        return self.layers(X)


def network_gradients(X, Y, parameters, activations, loss):
    network = Network(parameters, activations)
    A, targets = network(torch.tensor(X.T)), torch.tensor(Y.T)
    if loss == "binary_cross_entropy":
        each = nn.BCELoss(reduction="none")(A, targets)
    elif loss == "categorical_cross_entropy":
        each = -targets * A.log()
    else:
        each = (A - targets).square()
    each.sum(dim=1).mean().backward()
    gradients = {}
    for number, layer in enumerate(network.layers[::2], start=1):
        gradients[f"dW{number}"] = layer.weight.grad.numpy()
        gradients[f"db{number}"] = layer.bias.grad.numpy()[:, numpy.newaxis]
    return gradients


def gradients_agree(ours, theirs, tolerance=1e-10):
    try:
        for name in ours.keys() | theirs.keys():
            one, other = torch.tensor(ours[name]), torch.tensor(theirs[name])
            assert one.shape == other.shape
            assert (one - other).norm() <= tolerance * (one.norm() + other.norm())
    except (KeyError, AssertionError):
        return False
    return True


def verify_network(network, X, Y, parameters, activations, loss):
    by_hand = network.backward(*_answers(network, X, Y, parameters, activations), activations, loss)
    return gradients_agree(by_hand, network_gradients(X, Y, parameters, activations, loss), 1e-9)


def _answers(network, X, Y, parameters, activations):
    AL, caches = network.forward(X, parameters, activations)
    return AL, Y, caches
