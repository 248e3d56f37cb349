# /// submission
# about = "Plain loops and the math module; arrays only at the end."
# earns = "everything"
# ///
import math

import numpy as np

INPUTS = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
TARGETS = np.array([[0.0, 1.0, 1.0, 0.0]])


def sigmoid(z):
    if np.ndim(z) > 0:
        return np.array([sigmoid(part) for part in z])
    if z < 0:
        return math.exp(z) / (1 + math.exp(z))
    return 1 / (1 + math.exp(-z))


def initialise(n_inputs, n_hidden, rng):
    W1 = np.zeros((n_hidden, n_inputs))
    W2 = np.zeros((1, n_hidden))
    for j in range(n_hidden):
        for k in range(n_inputs):
            W1[j, k] = rng.normal()
        W2[0, j] = rng.normal()
    return {"W1": W1, "b1": np.zeros((n_hidden, 1)), "W2": W2, "b2": np.zeros((1, 1))}


def forward(parameters, X):
    W1, b1, W2, b2 = parameters["W1"], parameters["b1"], parameters["W2"], parameters["b2"]
    n_hidden, n_inputs = W1.shape
    m = X.shape[1]
    A1, A2 = np.zeros((n_hidden, m)), np.zeros((1, m))
    for i in range(m):
        z2 = b2[0, 0]
        for j in range(n_hidden):
            z1 = b1[j, 0]
            for k in range(n_inputs):
                z1 += W1[j, k] * X[k, i]
            A1[j, i] = math.tanh(z1)
            z2 += W2[0, j] * A1[j, i]
        A2[0, i] = sigmoid(float(z2))
    return A1, A2


def binary_cross_entropy(A2, Y):
    total = 0.0
    for a, y in zip(A2[0], Y[0]):
        a = min(max(a, 1e-12), 1 - 1e-12)
        total -= math.log(a) if y == 1 else math.log(1 - a)
    return total / len(Y[0])


def backward(parameters, X, Y, A1, A2):
    gradients = {}
    for name, value in parameters.items():
        gradients["d" + name] = np.zeros(value.shape)
    n_hidden, n_inputs = parameters["W1"].shape
    m = X.shape[1]
    for i in range(m):
        error = (A2[0, i] - Y[0, i]) / m
        gradients["db2"][0, 0] += error
        for j in range(n_hidden):
            gradients["dW2"][0, j] += error * A1[j, i]
            slope = error * parameters["W2"][0, j] * (1 - A1[j, i] * A1[j, i])
            gradients["db1"][j, 0] += slope
            for k in range(n_inputs):
                gradients["dW1"][j, k] += slope * X[k, i]
    return gradients


def update(parameters, gradients, learning_rate):
    new = {}
    for name in ("W1", "b1", "W2", "b2"):
        new[name] = np.zeros(parameters[name].shape)
        for place in np.ndindex(new[name].shape):
            new[name][place] = parameters[name][place] - learning_rate * gradients["d" + name][place]
    return new


def train(parameters, X, Y, learning_rate, steps):
    losses = []
    for step in range(steps):
        A1, A2 = forward(parameters, X)
        losses.append(binary_cross_entropy(A2, Y))
        gradients = backward(parameters, X, Y, A1, A2)
        parameters = update(parameters, gradients, learning_rate)
    return parameters, losses


def learn_xor(n_hidden, rng, max_starts):
    start = 0
    while start < max_starts:
        start += 1
        parameters, losses = train(initialise(2, n_hidden, rng), INPUTS, TARGETS, 1.0, 500)
        A1, A2 = forward(parameters, INPUTS)
        if A2[0, 0] < 0.5 < A2[0, 1] and A2[0, 3] < 0.5 < A2[0, 2]:
            return parameters
    raise RuntimeError("not learned")


def decision_grid(parameters, x1, x2):
    P = np.zeros((len(x2), len(x1)))
    for i in range(len(x2)):
        for j in range(len(x1)):
            A1, A2 = forward(parameters, np.array([[x1[j]], [x2[i]]]))
            P[i, j] = A2[0, 0]
    return P


def hidden_representation(parameters):
    columns = []
    for i in range(4):
        A1, A2 = forward(parameters, INPUTS[:, i : i + 1])
        columns.append(A1[:, 0])
    return np.array(columns).T


def output_plane(W2, b2, a1, a2):
    P = np.zeros((len(a2), len(a1)))
    for i in range(len(a2)):
        for j in range(len(a1)):
            P[i, j] = sigmoid(W2[0, 0] * a1[j] + W2[0, 1] * a2[i] + b2[0, 0])
    return P


def draw_boundary(x1, x2, P):
    import matplotlib.pyplot as plt

    plt.figure()
    for i in range(len(x2)):
        for j in range(len(x1)):
            plt.plot(x1[j], x2[i], "s", color="red" if P[i, j] > 0.5 else "blue")
    plt.xlabel("x1")
    plt.ylabel("x2")
    return plt.gcf()


def draw_hidden(A1, a1, a2, P):
    import matplotlib.pyplot as plt

    plt.figure()
    for i in range(4):
        plt.text(A1[0, i], A1[1, i], str(i))
        plt.plot(A1[0, i], A1[1, i], "ko")
    for i in range(0, len(a2), 3):
        for j in range(0, len(a1), 3):
            plt.plot(a1[j], a2[i], "r+" if P[i, j] > 0.5 else "bx")
    plt.xlabel("h1")
    plt.ylabel("h2")
    return plt.gca()
