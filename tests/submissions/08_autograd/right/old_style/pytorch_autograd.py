# /// submission
# about = "The style of old tutorials: .data everywhere, grad.zero_() where there is a grad, and NumPy by hand."
# earns = "everything"
# ///
import math

import numpy as np
import torch
from torch.autograd import Variable

from numpy_network import *


def make_tensors(x, w, b):
    x = Variable(torch.FloatTensor(x))
    w = Variable(torch.FloatTensor(w), requires_grad=True)
    b = Variable(torch.FloatTensor([b])[0].clone(), requires_grad=True)
    return x, w, b


def neuron(x, w, b):
    return torch.clamp(torch.sum(x * w) + b, min=0)


def loss_and_gradients(x, w, b, target):
    for p in (w, b):
        if p.grad is not None:
            p.grad.data.zero_()
    loss = torch.pow(target - neuron(x, w, b), 2)
    loss.backward()
    return loss.data.item(), w.grad.data, b.grad.data


def gradients_by_hand(x, w, b, target):
    x, w, b = x.data.numpy(), w.data.numpy(), b.data.numpy()
    z = np.dot(w, x) + b
    y = np.maximum(0, z)
    dz = np.float32(2 * (y - target) * (z > 0))
    return torch.from_numpy(dz * x), torch.tensor(dz)


def gradients_match(by_hand, by_autograd):
    dw, db = by_hand
    same_w = torch.allclose(dw, by_autograd[0])
    same_b = torch.allclose(db, by_autograd[1])
    return same_w and same_b


def value_and_gradient(x):
    x = Variable(torch.Tensor([x]), requires_grad=True)
    y = x.pow(2) + 3 * x + 1
    y.backward(torch.ones(1))
    return y.data[0].item(), x.grad.data[0].item()


def node_names(y):
    names, seen, level = [], [], [y.grad_fn]
    while level:
        following = []
        for node in level:
            if node is None or any(node is other for other in seen):
                continue
            seen.append(node)
            name = str(node).lstrip("<").split(" ")[0]
            if name != "AccumulateGrad":
                names.append(name[: name.find("Backward")])
            for child in node.next_functions:
                following.append(child[0])
        level = following
    return names


def gradient_after_each_pass(x, passes, zeroed):
    x = Variable(torch.Tensor([x]), requires_grad=True)
    gradients = []
    while len(gradients) < passes:
        y = x.pow(2) + 3 * x + 1
        y.backward()
        gradients += x.grad.data.tolist()
        if zeroed:
            x.grad.data.zero_()
    return gradients


def backward_twice(y, retain_graph):
    error = None
    y.backward(retain_graph=bool(retain_graph))
    try:
        y.backward()
    except Exception as e:
        error = e
    return error is None


def gradient_from_vector(x, y, v):
    y.backward(gradient=v, retain_graph=True)
    return x.grad.data


def scaled_leaf(values, scale):
    weights = torch.Tensor(values)
    weights.requires_grad = True
    weights.data.mul_(scale)
    return weights


def distance_to_constant(y, target):
    return torch.mean(torch.pow(y - Variable(target.data), 2))


def layer_numpy(X, W, b):
    return (np.matmul(W, X.T) + b[:, np.newaxis]).T


def layer_torch(X, W, b):
    return (torch.mm(W, X.t()) + b.unsqueeze(1)).t()


def predict(X, W, b):
    return torch.sigmoid(layer_torch(X, W, b)).data


def losses(logits, labels):
    probabilities = 1 / (1 + torch.exp(-logits))
    right = probabilities * labels + (1 - probabilities) * (1 - labels)
    return -torch.log(right)


def training_step(X, labels, W, b, rate):
    logits = layer_torch(X, W, b)
    loss = torch.sum(losses(logits[:, 0], labels)) / X.size(0)
    for p in (W, b):
        if p.grad is not None:
            p.grad.data.fill_(0)
    loss.backward()
    W.data -= rate * W.grad.data
    b.data.add_(-rate * b.grad.data)
    return loss.data.item()


def network_gradients(X, Y, parameters, activations, loss):
    leaves = dict((name, Variable(torch.DoubleTensor(value), requires_grad=True)) for name, value in parameters.items())
    A = Variable(torch.DoubleTensor(X))
    Y = Variable(torch.DoubleTensor(Y))
    for l, g in zip(range(1, 100), activations):
        A = torch.mm(leaves["W%d" % l], A) + leaves["b%d" % l].expand(-1, A.size(1))
        if g == "softmax":
            A = torch.exp(A - torch.logsumexp(A, 0))
        elif g == "gelu":
            A = A * 0.5 * (1 + torch.erf(A / math.sqrt(2)))
        elif g == "leaky_relu":
            A = torch.max(A, 0.01 * A)
        elif g != "linear":
            A = getattr(torch, g)(A)
    if loss[0] == "b":
        J = torch.sum(-Y * torch.log(A) - (1 - Y) * torch.log(1 - A))
    elif loss[0] == "c":
        J = torch.sum(-Y * torch.log(A))
    else:
        J = torch.sum((A - Y) ** 2)
    J = J / Y.size(1)
    J.backward()
    return dict(("d" + name, leaf.grad.data.numpy()) for name, leaf in leaves.items())


def gradients_agree(ours, theirs, tolerance=1e-10):
    if len(ours) != len(theirs):
        return False
    for name, a in ours.items():
        b = theirs.get(name)
        if b is None or a.shape != b.shape:
            return False
        if not np.sqrt(np.sum((a - b) ** 2)) <= tolerance * (np.sqrt(np.sum(a**2)) + np.sqrt(np.sum(b**2))):
            return False
    return True


def verify_network(network, X, Y, parameters, activations, loss):
    A, caches = network.forward(X, parameters, activations)
    mine = network.backward(A, Y, caches, activations, loss)
    autograds = network_gradients(X, Y, parameters, activations, loss)
    return gradients_agree(mine, autograds) and gradients_agree(autograds, mine)
