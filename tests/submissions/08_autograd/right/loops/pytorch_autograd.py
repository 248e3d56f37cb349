# /// submission
# about = "Plain loops over single numbers, stacked in the end; recursion for the walk."
# earns = "everything"
# ///
import numpy as np
import torch


def make_tensors(x, w, b):
    inputs = torch.zeros(len(x))
    weights = torch.zeros(len(w))
    for i in range(len(x)):
        inputs[i] = x[i]
        weights[i] = w[i]
    bias = torch.zeros(())
    bias += b
    weights.requires_grad = True
    bias.requires_grad = True
    return [inputs, weights, bias]


def neuron(x, w, b):
    z = b
    for i in range(len(x)):
        z = z + w[i] * x[i]
    if z > 0:
        return z
    return z * 0


def loss_and_gradients(x, w, b, target):
    if w.grad is not None:
        w.grad.zero_()
    if b.grad is not None:
        b.grad.zero_()
    error = neuron(x, w, b) - target
    loss = error * error
    loss.backward()
    return float(loss), w.grad, b.grad


def gradients_by_hand(x, w, b, target):
    z = float(b)
    for i in range(len(x)):
        z += float(w[i]) * float(x[i])
    if z <= 0:
        return torch.zeros(len(x)), torch.tensor(0.0)
    dz = 2 * (z - target)
    return torch.tensor([dz * float(x[i]) for i in range(len(x))]), torch.tensor(dz)


def gradients_match(by_hand, by_autograd):
    for i in range(2):
        if not torch.allclose(by_hand[i], by_autograd[i]):
            return False
    return True


def value_and_gradient(x):
    x = torch.tensor([float(x)], requires_grad=True)
    y = x * x + x + x + x + 1
    y.backward()
    return float(y), float(x.grad)


def node_names(y):
    nodes = []

    def visit(node):
        if node is None or node in nodes:
            return
        nodes.append(node)
        for following in node.next_functions:
            visit(following[0])

    visit(y.grad_fn)
    names = []
    for node in nodes:
        name = node.name()
        if "AccumulateGrad" not in name:
            names.append(name[: name.index("Backward")])
    return names


def gradient_after_each_pass(x, passes, zeroed):
    x = torch.tensor(float(x), requires_grad=True)
    gradients = []
    for i in range(passes):
        if zeroed and i > 0:
            x.grad.zero_()
        (x * x + 3 * x + 1).backward()
        gradients.append(float(x.grad))
    return gradients


def backward_twice(y, retain_graph):
    if retain_graph:
        y.backward(retain_graph=True)
    else:
        y.backward()
    try:
        y.backward(retain_graph=True)
        return True
    except:
        return False


def gradient_from_vector(x, y, v):
    total = 0
    for i in range(len(y)):
        total = total + v[i] * y[i]
    total.backward()
    return x.grad


def scaled_leaf(values, scale):
    def scaled(part):
        return [scaled(p) for p in part] if isinstance(part, list) else scale * part

    return torch.tensor(scaled(values), requires_grad=True)


def distance_to_constant(y, target):
    total = torch.tensor(0.0)
    for i in range(len(y)):
        total = total + (y[i] - target[i].item()) ** 2
    return total / len(y)


def layer_numpy(X, W, b):
    sums = np.zeros((X.shape[0], W.shape[0]))
    for i in range(X.shape[0]):
        for j in range(W.shape[0]):
            for f in range(X.shape[1]):
                sums[i, j] += X[i, f] * W[j, f]
            sums[i, j] += b[j]
    return sums


def layer_torch(X, W, b):
    rows = []
    for i in range(X.shape[0]):
        rows.append(torch.stack([(X[i] * W[j]).sum() + b[j] for j in range(W.shape[0])]))
    return torch.stack(rows)


def predict(X, W, b):
    sums = layer_torch(X, W, b).detach()
    for i in range(sums.shape[0]):
        for j in range(sums.shape[1]):
            sums[i, j] = 1 / (1 + torch.exp(-sums[i, j]))
    return sums


def losses(logits, labels):
    each = []
    for i in range(len(logits)):
        p = 1 / (1 + torch.exp(-logits[i]))
        if labels[i] == 1:
            each.append(-torch.log(p))
        else:
            each.append(-torch.log(1 - p))
    return torch.stack(each)


def training_step(X, labels, W, b, rate):
    m = len(X)
    each = losses(layer_torch(X, W, b).squeeze(1), labels)
    loss = 0
    for i in range(m):
        loss = loss + each[i]
    loss = loss / m
    for parameter in [W, b]:
        if parameter.grad is not None:
            parameter.grad.zero_()
    loss.backward()
    with torch.no_grad():
        for j in range(W.shape[1]):
            W[0, j] = W[0, j] - rate * W.grad[0, j]
        b[0] = b[0] - rate * b.grad[0]
    return float(loss)


def activate(Z, name):
    if name == "linear":
        return Z
    if name == "sigmoid":
        return 1 / (1 + torch.exp(-Z))
    if name == "tanh":
        return torch.tanh(Z)
    if name == "relu":
        return torch.where(Z > 0, Z, 0 * Z)
    if name == "leaky_relu":
        return torch.where(Z > 0, Z, 0.01 * Z)
    if name == "gelu":
        return Z * (1 + torch.erf(Z / 2**0.5)) / 2
    exponentials = torch.exp(Z - Z.max(dim=0, keepdim=True).values)
    return exponentials / exponentials.sum(dim=0, keepdim=True)


def network_gradients(X, Y, parameters, activations, loss):
    X, Y = torch.tensor(X), torch.tensor(Y)
    own = {}
    for name in parameters:
        own[name] = torch.tensor(parameters[name])
        own[name].requires_grad = True
    m = X.shape[1]
    cost = 0
    for sample in range(m):
        a = X[:, sample : sample + 1]
        y = Y[:, sample : sample + 1]
        for layer in range(1, len(activations) + 1):
            a = activate(own["W" + str(layer)] @ a + own["b" + str(layer)], activations[layer - 1])
        if loss == "binary_cross_entropy":
            cost = cost - (y * torch.log(a) + (1 - y) * torch.log(1 - a)).sum() / m
        elif loss == "categorical_cross_entropy":
            cost = cost - (y * torch.log(a)).sum() / m
        else:
            cost = cost + ((a - y) ** 2).sum() / m
    cost.backward()
    gradients = {}
    for name in own:
        gradients["d" + name] = own[name].grad.numpy()
    return gradients


def gradients_agree(ours, theirs, tolerance=1e-10):
    if sorted(ours) != sorted(theirs):
        return False
    for name in sorted(ours):
        if np.shape(ours[name]) != np.shape(theirs[name]):
            return False
        difference = one = other = 0.0
        for a, b in zip(ours[name].flat, theirs[name].flat):
            if a != a or b != b:
                return False
            difference += (a - b) ** 2
            one += a**2
            other += b**2
        if difference**0.5 > tolerance * (one**0.5 + other**0.5):
            return False
    return True


def verify_network(network, X, Y, parameters, activations, loss):
    AL, caches = network.forward(X, parameters, activations)
    gradients = network.backward(AL, Y, caches, activations, loss)
    if gradients_agree(gradients, network_gradients(X, Y, parameters, activations, loss)):
        return True
    else:
        return False
