# /// submission
# about = "Every link of the chain written out, each function computes all it needs itself, and all starts are drawn first."
# earns = "everything"
# ///
import numpy as np

X_XOR = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
Y_XOR = np.array([[0, 1, 1, 0]])


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    out = np.zeros(z.shape)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    out[~positive] = np.exp(z[~positive]) / (1 + np.exp(z[~positive]))
    return out


def initialise(n_inputs, n_hidden, rng):
    W1 = rng.uniform(-1, 1, size=(n_hidden, n_inputs))
    W2 = rng.uniform(-1, 1, size=(1, n_hidden))
    b1 = np.zeros(shape=(n_hidden, 1))
    b2 = np.zeros(shape=(1, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def forward(parameters, X):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = (np.exp(Z1) - np.exp(-Z1)) / (np.exp(Z1) + np.exp(-Z1))
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = sigmoid(Z2)
    return [A1, A2]


def binary_cross_entropy(A2, Y):
    m = Y.shape[1]
    eps = 1e-12
    A2 = np.minimum(np.maximum(A2, eps), 1 - eps)
    cost = -(np.dot(np.log(A2), Y.T) + np.dot(np.log(1 - A2), (1 - Y).T)) / m
    return np.squeeze(cost)


def backward(parameters, X, Y, A1, A2):
    m = X.shape[1]
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    A2 = 1 / (1 + np.exp(-(np.dot(parameters["W2"], A1) + parameters["b2"])))
    dA2 = (-Y / A2 + (1 - Y) / (1 - A2)) / m
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = np.dot(dZ2, A1.T)
    db2 = np.sum(dZ2, axis=1).reshape(-1, 1)
    dA1 = np.dot(parameters["W2"].T, dZ2)
    dZ1 = dA1 / np.cosh(Z1) ** 2
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1)[:, np.newaxis]
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update(parameters, gradients, learning_rate):
    parameters = {name: value.copy() for name, value in parameters.items()}
    parameters["W1"] -= learning_rate * gradients["dW1"]
    parameters["b1"] -= learning_rate * gradients["db1"]
    parameters["W2"] -= learning_rate * gradients["dW2"]
    parameters["b2"] -= learning_rate * gradients["db2"]
    return parameters


def train(parameters, X, Y, learning_rate, steps):
    W1, b1, W2, b2 = (np.copy(parameters[name]) for name in ["W1", "b1", "W2", "b2"])
    m = X.shape[1]
    losses = []
    for _ in range(steps):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        losses.append(np.float64(-(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).mean()))
        dZ2 = A2 - Y
        dZ1 = W2.T * dZ2 * (1 - A1**2)
        W1 -= learning_rate / m * (dZ1 @ X.T)
        b1 -= learning_rate / m * dZ1.sum(1, keepdims=True)
        W2 -= learning_rate / m * (dZ2 @ A1.T)
        b2 -= learning_rate / m * dZ2.sum(1, keepdims=True)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}, losses


def learn_xor(n_hidden, rng, max_starts):
    starts = [initialise(2, n_hidden, rng) for _ in range(max_starts)]
    for start in starts:
        for _ in range(800):
            A1, A2 = forward(start, X_XOR)
            start = update(start, backward(start, X_XOR, Y_XOR, A1, A2), 1.0)
        right = (forward(start, X_XOR)[1] > 0.5) == Y_XOR
        if right.all():
            return start
    raise RuntimeError("XOR was not learned")


def decision_grid(parameters, x1, x2):
    samples = np.array(np.meshgrid(x1, x2, indexing="ij")).reshape(2, -1)
    return forward(parameters, samples)[1].reshape(len(x1), len(x2)).T


def hidden_representation(parameters):
    return forward(parameters, X_XOR)[0]


def output_plane(W2, b2, a1, a2):
    Z2 = np.outer(np.ones(len(a2)), W2[0, 0] * a1) + np.outer(W2[0, 1] * a2, np.ones(len(a1))) + b2
    return 1 / (1 + np.exp(-Z2))


def draw_boundary(x1, x2, P):
    import matplotlib.pyplot as plt

    plt.clf()
    plt.contour(x1, x2, P, levels=[0.1, 0.5, 0.9], colors=["blue", "black", "red"])
    plt.title("boundary")
    plt.xlabel("x1")
    plt.ylabel("x2")
    return plt.gcf()


def draw_hidden(A1, a1, a2, P):
    import matplotlib.pyplot as plt

    plt.clf()
    points = [(a, b) for b in a2 for a in a1]
    plt.scatter(*zip(*points), c=P.flatten(), vmin=0, vmax=1, cmap="coolwarm", s=4)
    plt.colorbar()
    plt.scatter(A1[0], A1[1], c="black", marker="x")
    plt.xlabel("unit 1")
    plt.ylabel("unit 2")
    return plt.gcf()
