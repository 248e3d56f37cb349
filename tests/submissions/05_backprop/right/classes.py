# /// submission
# about = "A class for each layer and one for the network; the functions are thin covers of them and call no other one."
# earns = "everything"
# ///
from __future__ import annotations

import argparse
import math
import sys
from collections import OrderedDict
from dataclasses import dataclass
from typing import Callable

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

Array = NDArray[np.float64]
erf = np.frompyfunc(math.erf, 1, 1)
SIZES = {"zeros": lambda n: 0.0, "large": lambda n: 100.0, "xavier": lambda n: n**-0.5, "he": lambda n: (2 / n) ** 0.5}


@dataclass(frozen=True)
class Activation:
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]


def _phi(Z):
    return 0.5 + 0.5 * erf(np.asarray(Z) / np.sqrt(2.0)).astype(float)


def _logistic(Z):
    small = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1, small) / (1 + small)


def _softmax(Z):
    A = np.exp(Z - np.amax(Z, axis=0, keepdims=True))
    A /= np.sum(A, axis=0, keepdims=True)
    return A


def _no_slope(Z):
    raise NotImplementedError("softmax has a Jacobian matrix")


TABLE = {
    "linear": Activation(np.array, np.ones_like),
    "sigmoid": Activation(_logistic, lambda Z: _logistic(Z) * _logistic(-Z)),
    "tanh": Activation(np.tanh, lambda Z: 1 / np.cosh(np.clip(Z, -300, 300)) ** 2),
    "relu": Activation(lambda Z: Z.clip(min=0), lambda Z: (Z >= 0).astype(np.float64)),
    "leaky_relu": Activation(lambda Z: np.maximum(Z, Z / 100), lambda Z: np.where(Z < 0, 0.01, 1.0)),
    "gelu": Activation(lambda Z: Z * _phi(Z), lambda Z: _phi(Z) + Z * np.exp(-0.5 * Z * Z) / np.sqrt(2 * np.pi)),
    "softmax": Activation(_softmax, _no_slope),
}


class Layer:
    def __init__(self, W, b, name):
        self.W, self.b, self.activation = W, b, TABLE[name]

    def __call__(self, A):
        self.A_prev = A
        self.Z = self.W.dot(A) + self.b
        return self.activation.value(self.Z)

    def learn(self, dZ):
        m = dZ.shape[-1]
        return np.matmul(dZ, np.transpose(self.A_prev)) / m, np.mean(dZ, axis=-1, keepdims=True)

    @property
    def cache(self):
        return self.A_prev, self.W, self.b, self.Z


class Network:
    def __init__(self, parameters, activations):
        self.activations = list(activations)
        self.layers = [
            Layer(parameters[f"W{i}"], parameters[f"b{i}"], name) for i, name in enumerate(self.activations, 1)
        ]

    @classmethod
    def remembered(cls, caches, activations):
        parameters = {}
        for i, (_, W, b, _) in enumerate(caches, 1):
            parameters |= {f"W{i}": W, f"b{i}": b}
        network = cls(parameters, activations)
        for layer, (A_prev, _, _, Z) in zip(network.layers, caches):
            layer.A_prev, layer.Z = A_prev, Z
        return network

    def __call__(self, X):
        for layer in self.layers:
            X = layer(X)
        return X

    def gradients(self, AL, Y, loss):
        found = OrderedDict()
        dZ = np.subtract(AL, Y)
        if loss == "mean_squared_error":
            dZ = 2.0 * dZ * self.layers[-1].activation.slope(self.layers[-1].Z)
        for i in reversed(range(len(self.layers))):
            found[f"dW{i + 1}"], found[f"db{i + 1}"] = self.layers[i].learn(dZ)
            if i:
                dZ = np.matmul(self.layers[i].W.T, dZ) * self.layers[i - 1].activation.slope(self.layers[i - 1].Z)
        return found

    @property
    def parameters(self):
        return {f"{kind}{i}": getattr(layer, kind) for i, layer in enumerate(self.layers, 1) for kind in "Wb"}

    def step(self, gradients, rate):
        for i, layer in enumerate(self.layers, 1):
            layer.W = layer.W - rate * gradients[f"dW{i}"]
            layer.b = layer.b - rate * gradients[f"db{i}"]


def sigmoid(Z):
    return TABLE["sigmoid"].value(Z)


def tanh(Z):
    return TABLE["tanh"].value(Z)


def relu(Z):
    return TABLE["relu"].value(Z)


def leaky_relu(Z):
    return TABLE["leaky_relu"].value(Z)


def gelu(Z):
    return TABLE["gelu"].value(Z)


def softmax(Z):
    return TABLE["softmax"].value(Z)


def sigmoid_derivative(Z):
    return TABLE["sigmoid"].slope(Z)


def tanh_derivative(Z):
    return TABLE["tanh"].slope(Z)


def relu_derivative(Z):
    return TABLE["relu"].slope(Z)


def leaky_relu_derivative(Z):
    return TABLE["leaky_relu"].slope(Z)


def gelu_derivative(Z):
    return TABLE["gelu"].slope(Z)


def softmax_jacobian(z):
    a = _softmax(z)
    return a[:, None] * (np.identity(z.size) - a)


def activation_curves(z):
    curves = {name: (activation.value(z), activation.slope(z)) for name, activation in TABLE.items() if "ma" not in name}
    curves.pop("linear")
    return curves


def draw_activations(z, curves):
    figure = Figure(figsize=(5, 8))
    axes = figure.subplots()
    for name, pair in curves.items():
        axes.plot(z, np.array(pair).T, label=[name.replace("_", " ").title(), "its slope"])
    axes.legend()
    axes.set_xlabel("z")
    return axes


def initialize_parameters(layer_dims, method, rng):
    parameters = {}
    for i, (n, k) in enumerate(zip(layer_dims[:-1], layer_dims[1:]), 1):
        parameters |= {f"W{i}": rng.standard_normal((k, n)) * SIZES[method](n), f"b{i}": np.zeros(k)[:, None]}
    return parameters


def activation_variances(X, parameters, activations):
    network = Network(parameters, activations)
    last = network(X)
    return np.fromiter((A.std() ** 2 for A in [*(layer.A_prev for layer in network.layers[1:]), last]), float)


def draw_variances(variances):
    figure = Figure()
    axes = figure.add_subplot(xlabel="Layer", ylabel="Variance")
    for name, values in variances.items():
        axes.plot(np.log10(values + 1e-30), label=name.upper())
    axes.legend()
    return axes


def forward(X, parameters, activations):
    network = Network(parameters, activations)
    return network(X), [layer.cache for layer in network.layers]


def compute_loss(AL, Y, loss):
    p = AL.clip(1e-12, 1 - 1e-12)
    match loss:
        case "binary_cross_entropy":
            return -np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p)) / Y.shape[1]
        case "categorical_cross_entropy":
            return -np.einsum("ki,ki->", Y, np.log(p)) / Y.shape[1]
        case "mean_squared_error":
            return np.linalg.norm(AL - Y) ** 2 / Y.shape[1]


def backward(AL, Y, caches, activations, loss):
    return Network.remembered(caches, activations).gradients(AL, Y, loss)


def update_parameters(parameters, gradients, learning_rate):
    new = {name: np.copy(value) for name, value in parameters.items()}
    for name in new:
        new[name] -= learning_rate * gradients[f"d{name}"]
    return new


def gradient_check(parameters, gradients, X, Y, activations, loss, step=1e-5):
    names = sorted(parameters)
    theta = np.concatenate([parameters[name].reshape(-1) for name in names])
    g = np.concatenate([gradients["d" + name].reshape(-1) for name in names])

    def J(theta):
        cuts = np.cumsum([parameters[name].size for name in names])[:-1]
        parts = np.split(theta, cuts)
        moved = {name: part.reshape(parameters[name].shape) for name, part in zip(names, parts)}
        return compute_loss(Network(moved, activations)(X), Y, loss)

    e = np.array([(J(theta + d) - J(theta - d)) / 2 / step for d in step * np.eye(theta.size)])
    return float(np.linalg.norm(g - e) / (np.linalg.norm(g) + np.linalg.norm(e)))


def minibatches(X, Y, batch_size, rng):
    together = rng.permutation(np.vstack([X, Y]), axis=1)
    cuts = range(batch_size, X.shape[1], batch_size)
    return [tuple(np.vsplit(part, [len(X)])) for part in np.hsplit(together, list(cuts))]


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    network, costs = Network(parameters, activations), []
    for _ in range(epochs):
        of_samples = []
        for x, y in [(X, Y)] if not batch_size else minibatches(X, Y, batch_size, rng):
            AL = network(x)
            of_samples += [compute_loss(AL, y, loss)] * x.shape[1]
            network.step(network.gradients(AL, y, loss), learning_rate)
        costs.append(float(np.mean(of_samples)))
    return network.parameters, costs


def predict(X, parameters, activations):
    AL = Network(parameters, activations)(X)
    return np.argmax(AL, axis=0) if len(AL) > 1 else np.where(AL.ravel() < 0.5, 0, 1)


def save_parameters(path, parameters, activations):
    with open(path, "wb") as file:
        np.savez(file, **parameters, activations=np.asarray(activations, dtype=str))


def load_parameters(path):
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
        found = {name: stored[name] for name in stored.files}
    return found, found.pop("activations").tolist()


def train_command(options):
    with np.load(options.data) as data:
        X, Y = data["X"], data["Y"]
    output = dict(binary_cross_entropy="sigmoid", categorical_cross_entropy="softmax", mean_squared_error="linear")
    activations = len(options.hidden) * [options.activation] + [output[options.loss]]
    rng = np.random.default_rng(seed=options.seed)
    start = initialize_parameters([len(X)] + options.hidden + [len(Y)], options.method, rng)
    how = dict(epochs=options.epochs, learning_rate=options.learning_rate, batch_size=options.batch_size, rng=rng)
    save_parameters(options.out, train(X, Y, start, activations, options.loss, **how)[0], activations)


def predict_command(options):
    with np.load(options.data) as data:
        print(*predict(data["X"], *load_parameters(options.weights)), sep="\n")


def main(arguments):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    commands = parser.add_subparsers(dest="command")
    train_options = commands.add_parser("train")
    for name in ("data", "out", "activation", "loss", "method"):
        train_options.add_argument(f"--{name}")
    train_options.add_argument("--hidden", nargs="+", type=int)
    train_options.add_argument("--epochs", type=int)
    train_options.add_argument("--learning-rate", type=float)
    train_options.add_argument("--batch-size", type=int)
    train_options.add_argument("--seed", type=int)
    defaults = dict(activation="relu", loss="categorical_cross_entropy", method="he", hidden=[16])
    train_options.set_defaults(**defaults, epochs=100, learning_rate=0.1, seed=0)
    predict_options = commands.add_parser("predict")
    predict_options.add_argument("--data")
    predict_options.add_argument("--weights")
    options = parser.parse_args(arguments)
    {"train": train_command, "predict": predict_command}[options.command](options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
