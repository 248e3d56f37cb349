# /// submission
# about = "Loops over units and samples, if-chains instead of tables, lists that are turned into arrays at the end."
# earns = "everything"
# ///
import argparse
import math

import matplotlib.pyplot as plt
import numpy as np


def each(Z, f):
    result = np.zeros(Z.shape)
    for place in np.ndindex(Z.shape):
        result[place] = f(float(Z[place]))
    return result


def one_sigmoid(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def sigmoid(Z):
    return each(Z, one_sigmoid)


def tanh(Z):
    return each(Z, math.tanh)


def relu(Z):
    return each(Z, lambda z: z if z > 0 else 0.0)


def leaky_relu(Z):
    return each(Z, lambda z: z if z > 0 else 0.01 * z)


def gelu(Z):
    return each(Z, lambda z: z * 0.5 * (1 + math.erf(z / math.sqrt(2))))


def softmax(Z):
    result = np.zeros(Z.shape)
    for i in range(Z.shape[1]):
        largest = max(Z[:, i])
        powers = [math.exp(z - largest) for z in Z[:, i]]
        for k in range(Z.shape[0]):
            result[k, i] = powers[k] / sum(powers)
    return result


def sigmoid_derivative(Z):
    return each(Z, lambda z: one_sigmoid(z) * (1 - one_sigmoid(z)))


def tanh_derivative(Z):
    return each(Z, lambda z: 1 - math.tanh(z) ** 2)


def relu_derivative(Z):
    return each(Z, lambda z: 1.0 if z > 0 else 0.0)


def leaky_relu_derivative(Z):
    return each(Z, lambda z: 1.0 if z > 0 else 0.01)


def gelu_derivative(Z):
    def slope(z):
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return 0.5 * (1 + math.erf(z / math.sqrt(2))) + z * density

    return each(Z, slope)


def softmax_jacobian(z):
    n = len(z)
    a = softmax(z.reshape(n, 1))
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                J[i, j] = a[i, 0] * (1 - a[i, 0])
            else:
                J[i, j] = -a[i, 0] * a[j, 0]
    return J


def activate(Z, name):
    if name == "linear":
        return Z.copy()
    if name == "sigmoid":
        return sigmoid(Z)
    if name == "tanh":
        return tanh(Z)
    if name == "relu":
        return relu(Z)
    if name == "leaky_relu":
        return leaky_relu(Z)
    if name == "gelu":
        return gelu(Z)
    if name == "softmax":
        return softmax(Z)
    raise ValueError(name)


def activation_derivative(Z, name):
    if name == "linear":
        return np.ones(Z.shape)
    if name == "sigmoid":
        return sigmoid_derivative(Z)
    if name == "tanh":
        return tanh_derivative(Z)
    if name == "relu":
        return relu_derivative(Z)
    if name == "leaky_relu":
        return leaky_relu_derivative(Z)
    if name == "gelu":
        return gelu_derivative(Z)
    raise ValueError(name)


def activation_curves(z):
    curves = {}
    for name in ("sigmoid", "tanh", "relu", "leaky_relu", "gelu"):
        curves[name] = [activate(z, name), activation_derivative(z, name)]
    return curves


def draw_activations(z, curves):
    plt.figure(figsize=(8, 10))
    for number, name in enumerate(curves):
        plt.subplot(len(curves), 1, number + 1)
        plt.plot(z, curves[name][0])
        plt.plot(z, curves[name][1])
        plt.title("The activation " + name)
        plt.xlabel("z")
    return plt.gcf()


def initialize_parameters(layer_dims, method, rng):
    parameters = {}
    for l in range(1, len(layer_dims)):
        n_in = layer_dims[l - 1]
        if method == "zeros":
            std = 0.0
        elif method == "large":
            std = 100.0
        elif method == "xavier":
            std = math.sqrt(1 / n_in)
        else:
            std = math.sqrt(2 / n_in)
        W = np.zeros((layer_dims[l], n_in))
        for i in range(layer_dims[l]):
            W[i] = rng.normal(0.0, std, n_in)
        parameters["W" + str(l)] = W
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def activation_variances(X, parameters, activations):
    variances = []
    A = X
    for l in range(1, len(activations) + 1):
        A = activate(parameters["W" + str(l)] @ A + parameters["b" + str(l)], activations[l - 1])
        mean = A.sum() / A.size
        variances.append(((A - mean) ** 2).sum() / A.size)
    return np.array(variances)


def draw_variances(variances):
    fig = plt.figure()
    for name in variances:
        plt.semilogy(range(1, len(variances[name]) + 1), np.maximum(variances[name], 1e-12), label=name)
    plt.xlabel("layer")
    plt.ylabel("variance")
    plt.legend()
    return fig


def forward(X, parameters, activations):
    A = X
    caches = []
    for l in range(1, len(activations) + 1):
        A_prev = A
        W = parameters["W" + str(l)]
        b = parameters["b" + str(l)]
        Z = np.zeros((W.shape[0], X.shape[1]))
        for i in range(X.shape[1]):
            Z[:, i] = W.dot(A_prev[:, i]) + b[:, 0]
        A = activate(Z, activations[l - 1])
        caches.append([A_prev, W, b, Z])
    return A, caches


def compute_loss(AL, Y, loss):
    total = 0
    n, m = Y.shape
    for i in range(m):
        for k in range(n):
            a, y = AL[k, i], Y[k, i]
            p = min(max(a, 1e-12), 1 - 1e-12)
            if loss == "binary_cross_entropy":
                total -= y * math.log(p) + (1 - y) * math.log(1 - p)
            elif loss == "categorical_cross_entropy":
                total -= y * math.log(p)
            elif loss == "mean_squared_error":
                total += (a - y) ** 2
    return total / m


def backward(AL, Y, caches, activations, loss):
    m = Y.shape[1]
    L = len(caches)
    gradients = {}
    dZ = AL - Y
    if loss == "mean_squared_error":
        dZ = 2 * dZ * activation_derivative(caches[L - 1][3], activations[L - 1])
    for l in range(L, 0, -1):
        A_prev, W, b, Z = caches[l - 1]
        dW = np.zeros(W.shape)
        db = np.zeros(b.shape)
        for i in range(m):
            dW += np.outer(dZ[:, i], A_prev[:, i])
            db[:, 0] += dZ[:, i]
        gradients["dW" + str(l)] = dW / m
        gradients["db" + str(l)] = db / m
        if l > 1:
            slopes = activation_derivative(caches[l - 2][3], activations[l - 2])
            dA = np.zeros(A_prev.shape)
            for i in range(m):
                dA[:, i] = W.T.dot(dZ[:, i])
            dZ = dA * slopes
    return gradients


def update_parameters(parameters, gradients, learning_rate):
    new = {}
    for l in range(1, len(parameters) // 2 + 1):
        new["W" + str(l)] = parameters["W" + str(l)] - learning_rate * gradients["dW" + str(l)]
        new["b" + str(l)] = parameters["b" + str(l)] - learning_rate * gradients["db" + str(l)]
    return new


def gradient_check(parameters, gradients, X, Y, activations, loss, step=1e-5):
    copy = {name: parameters[name].copy() for name in parameters}
    squares, squares_g, squares_e = 0.0, 0.0, 0.0
    for name in copy:
        rows, columns = copy[name].shape
        for i in range(rows):
            for j in range(columns):
                before = copy[name][i, j]
                copy[name][i, j] = before + step
                up = compute_loss(forward(X, copy, activations)[0], Y, loss)
                copy[name][i, j] = before - step
                down = compute_loss(forward(X, copy, activations)[0], Y, loss)
                copy[name][i, j] = before
                e = (up - down) / (2 * step)
                g = gradients["d" + name][i, j]
                squares += (g - e) ** 2
                squares_g += g**2
                squares_e += e**2
    return math.sqrt(squares) / (math.sqrt(squares_g) + math.sqrt(squares_e))


def minibatches(X, Y, batch_size, rng):
    indices = np.arange(X.shape[1])
    rng.shuffle(indices)
    batches = []
    start = 0
    while start < len(indices):
        part = indices[start : start + batch_size]
        batches.append((X[:, part], Y[:, part]))
        start += batch_size
    return batches


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    costs = []
    for epoch in range(epochs):
        if batch_size is None:
            batches = [(X, Y)]
        else:
            batches = minibatches(X, Y, batch_size, rng)
        cost = 0
        for x, y in batches:
            AL, caches = forward(x, parameters, activations)
            cost += compute_loss(AL, y, loss) * y.shape[1] / Y.shape[1]
            gradients = backward(AL, y, caches, activations, loss)
            parameters = update_parameters(parameters, gradients, learning_rate)
        costs.append(cost)
    return [parameters, costs]


def predict(X, parameters, activations):
    AL, caches = forward(X, parameters, activations)
    labels = []
    for i in range(X.shape[1]):
        if len(AL) == 1:
            labels.append(1 if AL[0, i] >= 0.5 else 0)
        else:
            best = 0
            for k in range(len(AL)):
                if AL[k, i] > AL[best, i]:
                    best = k
            labels.append(best)
    return np.array(labels)


def save_parameters(path, parameters, activations):
    contents = dict(parameters)
    contents["activations"] = activations
    np.savez_compressed(path, **contents)


def load_parameters(path):
    file = np.load(path)
    parameters = {}
    for l in range(1, len(file["activations"]) + 1):
        parameters["W" + str(l)] = file["W" + str(l)]
        parameters["b" + str(l)] = file["b" + str(l)]
    return parameters, [str(name) for name in file["activations"]]


def train_command(options):
    file = np.load(options.data)
    X, Y = file["X"], file["Y"]
    if options.loss == "binary_cross_entropy":
        last = "sigmoid"
    elif options.loss == "categorical_cross_entropy":
        last = "softmax"
    else:
        last = "linear"
    dims = [len(X)] + options.hidden + [len(Y)]
    activations = []
    for width in options.hidden:
        activations.append(options.activation)
    activations.append(last)
    rng = np.random.default_rng(options.seed)
    parameters = initialize_parameters(dims, options.method, rng)
    parameters, costs = train(
        X, Y, parameters, activations, options.loss, options.epochs, options.learning_rate, options.batch_size, rng
    )
    for epoch in range(len(costs)):
        print("epoch", epoch, "cost", costs[epoch])
    save_parameters(options.out, parameters, activations)


def predict_command(options):
    parameters, activations = load_parameters(options.weights)
    labels = predict(np.load(options.data)["X"], parameters, activations)
    print("The labels:")
    for i in range(len(labels)):
        print(labels[i])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["train", "predict"])
    parser.add_argument("--data")
    parser.add_argument("--out")
    parser.add_argument("--weights")
    parser.add_argument("--hidden", type=int, nargs="*", default=[16])
    parser.add_argument("--activation", default="relu")
    parser.add_argument("--loss", default="categorical_cross_entropy")
    parser.add_argument("--method", default="he")
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.command == "train":
        train_command(options)
    else:
        predict_command(options)


if __name__ == "__main__":
    main()
