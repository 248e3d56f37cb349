# /// submission
# about = "torch.nn.functional and torch.autograd.grad wherever they do, einsum, keyword arguments, lambdas."
# earns = "everything"
# ///
from collections import deque
from functools import reduce

import numpy as np
import torch
import torch.nn.functional as F
from torch import as_tensor, enable_grad, float32, inference_mode, no_grad
from torch.autograd import grad


def make_tensors(x, w, b):
    tracked = lambda values: as_tensor(values, dtype=float32).requires_grad_(True)
    return as_tensor(x, dtype=float32), tracked(w), tracked(b)


def neuron(x, w, b):
    return F.relu(torch.einsum("i,i->", w, x) + b)


def loss_and_gradients(x, w, b, target):
    loss = F.mse_loss(neuron(x=x, w=w, b=b), torch.tensor(float(target)))
    for parameter, gradient in zip((w, b), grad(loss, (w, b))):
        parameter.grad = gradient
    return loss.detach().numpy(), w.grad, b.grad


def gradients_by_hand(x, w, b, target):
    y = neuron(x=x, w=w, b=b).detach()
    error = 2.0 * (y - target) * torch.sign(y)
    return torch.outer(error[None], x)[0], error


def gradients_match(by_hand, by_autograd):
    return bool(np.all([torch.allclose(*pair) for pair in zip(by_hand, by_autograd)]))


polynomial = lambda x: torch.pow(x, 2).add(3 * x).add(1)


def value_and_gradient(x):
    x = torch.full((), x, dtype=torch.float64, requires_grad=True)
    y = polynomial(x)
    return y.item(), grad(y, x)[0].item()


def node_names(y):
    seen, queue = {}, deque([y.grad_fn])
    while queue:
        node = queue.popleft()
        if node and node not in seen and hasattr(node, "next_functions"):
            seen[node] = type(node).__name__.partition("Backward")[0]
            queue.extend(next(zip(*node.next_functions), ()))
    return tuple(name for name in seen.values() if name != "AccumulateGrad")


def gradient_after_each_pass(x, passes, zeroed):
    x = torch.tensor(float(x), requires_grad=True)
    result = np.empty(passes)
    optimizer = torch.optim.SGD([x], lr=0.0)
    for i in range(passes):
        if zeroed:
            optimizer.zero_grad()
        polynomial(x).backward()
        result[i] = x.grad.item()
    return result


def backward_twice(y, retain_graph):
    torch.autograd.backward(y, retain_graph=retain_graph)
    try:
        torch.autograd.backward(y)
    except RuntimeError as error:
        return "second time" not in str(error)
    else:
        return True


def gradient_from_vector(x, y, v):
    return grad(outputs=y, inputs=x, grad_outputs=v)[0]


def scaled_leaf(values, scale):
    return torch.mul(as_tensor(values), scale).detach().requires_grad_()


def distance_to_constant(y, target):
    with no_grad():
        constant = target.clone()
    return F.mse_loss(y, constant)


def layer_numpy(X, W, b):
    return np.einsum("mn,kn->mk", X, W) + b[None, :]


def layer_torch(X, W, b):
    return F.linear(X, W, b)


@inference_mode()
def predict(X, W, b):
    return layer_torch(X=X, W=W, b=b).sigmoid()


def losses(logits, labels):
    return F.binary_cross_entropy_with_logits(logits, labels, reduction="none")


def training_step(X, labels, W, b, rate):
    loss = losses(logits=layer_torch(X=X, W=W, b=b).flatten(), labels=labels).mean()
    W.grad, b.grad = grad(loss, [W, b])
    with no_grad():
        W.sub_(W.grad, alpha=rate)
        b.add_(b.grad, alpha=-rate)
    return loss.item()


ACTIVATIONS = {
    "linear": torch.nn.Identity(),
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "relu": F.relu,
    "leaky_relu": lambda Z: F.leaky_relu(Z, negative_slope=0.01),
    "gelu": F.gelu,
    "softmax": lambda Z: F.softmax(Z, dim=-2),
}


@enable_grad()
def network_gradients(X, Y, parameters, activations, loss):
    names = list(parameters)
    own = {name: torch.from_numpy(parameters[name].copy()).requires_grad_() for name in names}
    AL = reduce(
        lambda A, layer: ACTIVATIONS[layer[1]](torch.addmm(own[f"b{layer[0]}"], own[f"W{layer[0]}"], A)),
        enumerate(activations, 1),
        as_tensor(X),
    )
    Y, m = as_tensor(Y), X.shape[-1]
    cost = {
        "binary_cross_entropy": lambda: F.binary_cross_entropy(AL, Y, reduction="sum") / m,
        "categorical_cross_entropy": lambda: F.nll_loss(AL.log().T, Y.argmax(dim=0)),
        "mean_squared_error": lambda: F.mse_loss(AL, Y, reduction="sum") / m,
    }[loss]()
    return {f"d{name}": np.array(gradient) for name, gradient in zip(names, grad(cost, [own[n] for n in names]))}


def gradients_agree(ours, theirs, tolerance=1e-10):
    def close(a, b):
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape:
            return False
        return np.linalg.norm((a - b).ravel()) <= tolerance * sum(np.linalg.norm(c.ravel()) for c in (a, b))

    return set(ours) == set(theirs) and bool(all(close(ours[name], theirs[name]) for name in ours))


def verify_network(network, X, Y, parameters, activations, loss):
    setting = {"parameters": parameters, "activations": activations}
    AL, caches = network.forward(X=X, **setting)
    return gradients_agree(
        ours=network.backward(AL=AL, Y=Y, caches=caches, activations=activations, loss=loss),
        theirs=network_gradients(X=X, Y=Y, loss=loss, **setting),
    )
