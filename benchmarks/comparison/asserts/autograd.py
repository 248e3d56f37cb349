"""Plain asserts on 08_autograd, a function for each task, as instructors write them for notebooks.

A parameter is what the student has defined under this name. Nothing here knows of `autograder`.
"""

from types import SimpleNamespace

import numpy as np
import torch

FOUR_PEOPLE = [[170.0, 65.0, 25.0], [160.0, 55.0, 30.0], [180.0, 80.0, 22.0], [155.0, 50.0, 35.0]]


def close(tensor, expected, rtol=1e-4, atol=1e-5):
    """Return whether a tensor has this shape and these numbers, up to what float32 keeps."""
    found, wanted = tensor.detach().numpy(), np.asarray(expected)
    return found.shape == wanted.shape and np.allclose(found, wanted, rtol=rtol, atol=atol)


def tracked(values):
    """A float32 leaf with gradients."""
    return torch.tensor(values, dtype=torch.float32, requires_grad=True)


def a_neuron(rng, z):
    """Input, weights and bias of a neuron with five inputs whose sum is z."""
    x, w = rng.normal(size=5), rng.normal(size=5)
    return x, w, float(z - w @ x)


def sums_and_targets(rng):
    """An answer above its target, one below, and a neuron that is off."""
    return [(float(rng.uniform(0.2, 0.8)), 0.1), (float(rng.uniform(1, 2)), 2.5), (-float(rng.uniform(1, 2)), 0.5)]


def logistic(X, labels, W, b):
    """The mean binary cross-entropy of a sigmoid neuron, and its gradients."""
    z = X @ W[0] + b
    dz = (1 / (1 + np.exp(-z)) - labels) / len(z)
    return np.mean(np.log1p(np.exp(z)) - labels * z), (dz @ X)[np.newaxis], dz.sum(keepdims=True)


def a_network(rng):
    """Samples, targets and parameters of a network with tanh and softmax."""
    parameters = {
        "W1": rng.normal(size=(3, 4)),
        "b1": rng.normal(size=(3, 1)),
        "W2": rng.normal(size=(5, 3)),
        "b2": rng.normal(size=(5, 1)),
    }
    return rng.normal(size=(4, 7)), np.eye(5)[:, rng.integers(5, size=7)], parameters


def gradients_of(X, Y, parameters):
    """The gradients of that network by the chain rule."""
    A = np.tanh(parameters["W1"] @ X + parameters["b1"])
    exponentials = np.exp(parameters["W2"] @ A + parameters["b2"])
    dZ2 = (exponentials / exponentials.sum(axis=0) - Y) / X.shape[1]
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A**2)
    return {
        "dW1": dZ1 @ X.T,
        "db1": dZ1.sum(axis=1, keepdims=True),
        "dW2": dZ2 @ A.T,
        "db2": dZ2.sum(axis=1, keepdims=True),
    }


def task_1_1(make_tensors):
    """Tensors with and without gradients."""
    for x, w, b in [([1, 2, 3], [0.5, 0.1, 0.2], 0), ([0.5], [-3], 2.5), ([4, 5, 6, 7], [1, -2, 3, -4], -1)]:
        made = make_tensors(x, w, b)
        assert len(made) == 3
        for tensor, values in zip(made, (x, w, b), strict=True):
            assert tensor.dtype == torch.float32
            assert close(tensor, values)
            assert tensor.is_leaf
            assert tensor.grad is None
        assert [tensor.requires_grad for tensor in made] == [False, True, True]


def task_1_2(neuron):
    """A neuron."""
    rng = np.random.default_rng(12)
    for z in (1.5, 0.7, -0.7):
        values, w, b = a_neuron(rng, z)
        x, w, b = torch.tensor(values, dtype=torch.float32), tracked(w), tracked(b)
        y = neuron(x, w, b)
        assert close(y, max(z, 0.0))
        y.backward()
        assert close(w.grad, (z > 0) * values)
        assert close(b.grad, float(z > 0))


def task_1_3(loss_and_gradients):
    """Loss and gradients by autograd."""
    rng = np.random.default_rng(13)
    for z, target in sums_and_targets(rng):
        values, w, b = a_neuron(rng, z)
        x, w, b = torch.tensor(values, dtype=torch.float32), tracked(w), tracked(b)
        dz = 2 * (z - target) * (z > 0)
        for _ in range(2):
            loss, dw, db = loss_and_gradients(x, w, b, target)
            assert not isinstance(loss, torch.Tensor)
            assert np.isclose(loss, (max(z, 0.0) - target) ** 2, rtol=1e-4)
            for found, expected in [(dw, dz * values), (db, dz), (w.grad, dz * values), (b.grad, dz)]:
                assert close(found, expected)


def task_1_4(gradients_by_hand):
    """Gradients by hand."""
    rng = np.random.default_rng(14)
    for z, target in sums_and_targets(rng):
        values, w, b = a_neuron(rng, z)
        x, w, b = (torch.tensor(part, dtype=torch.float32) for part in (values, w, b))
        dz = 2 * (z - target) * (z > 0)
        for needed in (False, True):
            w.requires_grad_(needed)
            b.requires_grad_(needed)
            dw, db = gradients_by_hand(x, w, b, target)
            assert close(dw, dz * values)
            assert close(db, dz)
            assert w.grad is None
            assert b.grad is None


def task_1_5(gradients_match):
    """Compare the two."""
    dw, db = torch.tensor([0.6, 1.2, 1.8]), torch.tensor(0.6)
    assert gradients_match((dw, db), (dw * (1 + 1e-6), db * (1 - 1e-6)))
    assert not gradients_match((dw, db), (torch.tensor([0.6, 1.2, 1.9]), db))
    assert not gradients_match((dw, db), (dw, -db))


def task_2_1(value_and_gradient):
    """The slope of a polynomial."""
    for x in (2.0, 0.0, -3.25, 1.5):
        y, slope = value_and_gradient(x)
        assert np.isclose(float(y), x**2 + 3 * x + 1, rtol=1e-4)
        assert np.isclose(float(slope), 2 * x + 3, rtol=1e-4)


def task_2_2(node_names):
    """Walk the graph."""
    x = tracked(2.0)
    names = list(node_names(x**2 + 3 * x + 1))
    assert names[0] == "Add"
    assert sorted(names) == ["Add", "Add", "Mul", "Pow"]
    assert list(node_names((x * 3).exp())) == ["Exp", "Mul"]
    assert list(node_names(x)) == []
    y = x.tanh()
    for _ in range(3):
        y = y * y
    assert sorted(node_names(y)) == ["Mul", "Mul", "Mul", "Tanh"]


def task_2_3(gradient_after_each_pass):
    """Gradients accumulate."""
    for x, passes in [(2.0, 3), (0.75, 6)]:
        added = [count * (2 * x + 3) for count in range(1, passes + 1)]
        assert np.allclose(gradient_after_each_pass(x, passes, False), added)
        assert np.allclose(gradient_after_each_pass(x, passes, True), [2 * x + 3] * passes)


def task_2_4(backward_twice):
    """Backward, twice."""
    for retained in (False, True):
        x = tracked([0.5, 1.5, 2.0])
        assert backward_twice((x**3).sum(), retained) == retained
        assert close(x.grad, (1 + retained) * 3 * np.array([0.5, 1.5, 2.0]) ** 2)


def task_2_5(gradient_from_vector):
    """Backward from a vector."""
    rng = np.random.default_rng(25)
    for n, m in [(3, 5), (6, 2)]:
        values, A, v = rng.normal(size=n), rng.normal(size=(m, n)), rng.normal(size=m)
        x = tracked(values)
        y = torch.tensor(A, dtype=torch.float32) @ x**2
        assert close(gradient_from_vector(x, y, torch.tensor(v, dtype=torch.float32)), 2 * values * (A.T @ v))


def task_2_6(scaled_leaf):
    """Leaves."""
    rng = np.random.default_rng(26)
    for shape in [(7,), (3, 5), (2, 3, 4)]:
        values, factors = rng.normal(size=shape), torch.tensor(rng.normal(size=shape), dtype=torch.float32)
        weights = scaled_leaf(values.tolist(), 0.3)
        assert weights.dtype == torch.float32
        assert close(weights, 0.3 * values)
        assert weights.is_leaf
        assert weights.grad is None
        (weights * factors).sum().backward()
        assert close(weights.grad, factors)


def task_2_7(distance_to_constant):
    """A target that is a constant."""
    y, target = tracked([1.0, 2.0, 4.0, 8.0]), tracked([0.0, 4.0, 4.0, 5.0])
    distance = distance_to_constant(y, target)
    assert close(distance, 3.5)
    distance.backward()
    assert close(y.grad, [0.5, -1.0, 0.0, 1.5])
    assert target.grad is None
    assert target.requires_grad


def task_3_1(layer_numpy, layer_torch):
    """A layer in NumPy and in PyTorch."""
    rng = np.random.default_rng(31)
    X, W, b = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)
    assert np.allclose(layer_numpy(X, W, b), X @ W.T + b)
    tensor_W, tensor_b = tracked(W), tracked(b)
    sums = layer_torch(torch.tensor(X, dtype=torch.float32), tensor_W, tensor_b)
    assert close(sums, X @ W.T + b)
    sums.sum().backward()
    assert close(tensor_W.grad, np.tile(X.sum(axis=0), (2, 1)))
    assert close(tensor_b.grad, [4.0, 4.0])


def task_3_2(predict):
    """Predict without a graph."""
    rng = np.random.default_rng(32)
    X, W, b = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)
    tensor_W, tensor_b = tracked(W), tracked(b)
    probabilities = predict(torch.tensor(X, dtype=torch.float32), tensor_W, tensor_b)
    assert close(probabilities, 1 / (1 + np.exp(-(X @ W.T + b))))
    assert not probabilities.requires_grad
    assert tensor_W.requires_grad and tensor_b.requires_grad
    assert (tensor_W * 2).requires_grad


def task_3_3(losses):
    """The loss of each sample."""
    z, labels = np.array([1.15, -1.4, 0.0, 3.0, -4.5]), np.array([1.0, 0.0, 1.0, 0.0, 1.0])
    logits = tracked(z)
    each = losses(logits, torch.tensor(labels, dtype=torch.float32))
    assert close(each, np.log1p(np.exp(z)) - labels * z)
    each.sum().backward()
    assert close(logits.grad, 1 / (1 + np.exp(-z)) - labels)


def task_3_4(training_step):
    """A training step."""
    rng = np.random.default_rng(34)
    X, labels = rng.normal(size=(7, 3)), (np.arange(7) % 2).astype(float)
    W, b = rng.normal(size=(1, 3)), rng.normal(size=1)
    tensor_W, tensor_b = tracked(W), tracked(b)
    tensor_X, tensor_labels = (torch.tensor(part, dtype=torch.float32) for part in (X, labels))
    for _ in range(20):
        loss, dW, db = logistic(X, labels, W, b)
        W, b = W - 0.4 * dW, b - 0.4 * db
        assert np.isclose(training_step(tensor_X, tensor_labels, tensor_W, tensor_b, 0.4), loss, rtol=1e-3)
        assert close(tensor_W.grad, dW, rtol=1e-3, atol=1e-4)
        assert close(tensor_b.grad, db, rtol=1e-3, atol=1e-4)
        assert close(tensor_W, W, rtol=1e-3, atol=1e-4)
        assert close(tensor_b, b, rtol=1e-3, atol=1e-4)
    assert tensor_W.is_leaf and tensor_W.requires_grad
    people = torch.tensor(FOUR_PEOPLE)
    weights, bias = tracked([[0.01, -0.02, 0.03]]), tracked([0.0])
    assert np.isclose(training_step(people, torch.tensor([1.0, 0.0, 1.0, 0.0]), weights, bias, 1e-4), 1.0081, atol=1e-4)


def task_4_1(network_gradients):
    """A network's gradients by autograd."""
    X, Y, parameters = a_network(np.random.default_rng(41))
    before = {name: value.copy() for name, value in parameters.items()}
    found = network_gradients(X, Y, parameters, ["tanh", "softmax"], "categorical_cross_entropy")
    expected = gradients_of(X, Y, before)
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        assert found[name].dtype == np.float64
        assert np.allclose(found[name], gradient, rtol=1e-9, atol=1e-11)
    for name, value in before.items():
        assert np.array_equal(parameters[name], value)


def task_4_2(gradients_agree):
    """Compare gradients."""
    rng = np.random.default_rng(42)
    ours = {name: rng.uniform(0.5, 2, size=shape) for name, shape in [("dW1", (3, 4)), ("db1", (3, 1))]}
    rounded = {name: value * (1 + 1e-13) for name, value in ours.items()}
    assert gradients_agree(ours, rounded)
    assert not gradients_agree(ours, {name: 1.01 * value for name, value in ours.items()})
    assert gradients_agree(ours, {name: 1.01 * value for name, value in ours.items()}, 0.1)
    assert not gradients_agree(ours, {"dW1": ours["dW1"]})
    assert not gradients_agree({"dW1": ours["dW1"]}, ours)
    assert not gradients_agree(ours, {**ours, "db1": ours["db1"].T})
    assert not gradients_agree(ours, {**ours, "db1": np.nan * ours["db1"]})


def task_4_3(verify_network):
    """Verify the network of 05."""
    X, Y, parameters = a_network(np.random.default_rng(43))
    gradients = gradients_of(X, Y, parameters)
    for found, answer in [(gradients, True), ({**gradients, "db2": -gradients["db2"]}, False)]:
        network = SimpleNamespace(
            forward=lambda X, parameters, activations: (np.ones((5, 7)), []),
            backward=lambda AL, Y, caches, activations, loss, found=found: found,
        )
        assert verify_network(network, X, Y, parameters, ["tanh", "softmax"], "categorical_cross_entropy") == answer
