# /// submission
# about = "Plain loops over single numbers; NumPy only where an array is asked for."
# earns = "everything"
# ///
import numpy as np

INPUTS = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
GATES = {"AND": np.array([0, 0, 0, 1]), "OR": np.array([0, 1, 1, 1]), "XOR": np.array([0, 1, 1, 0])}


def step(z):
    if isinstance(z, np.ndarray):
        result = np.zeros(z.shape)
        for index in np.ndindex(z.shape):
            if z[index] >= 0:
                result[index] = 1
        return result
    if z >= 0:
        return 1
    return 0


def neuron(x, w, b, f):
    total = b
    for i in range(len(x)):
        total = total + x[i] * w[i]
    return f(total)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights = np.zeros(n_inputs)
        self.bias = 0.0

    def predict(self, X):
        if X.ndim == 1:
            return neuron(X, self.weights, self.bias, step)
        answers = []
        for i in range(X.shape[1]):
            answers.append(neuron(X[:, i], self.weights, self.bias, step))
        return np.array(answers)

    def update(self, x, target):
        prediction = self.predict(x)
        if prediction == target:
            return False
        for i in range(len(x)):
            if target == 1:
                self.weights[i] += x[i]
            else:
                self.weights[i] -= x[i]
        if target == 1:
            self.bias += 1
        else:
            self.bias -= 1
        return True

    def fit(self, X, y, max_epochs):
        mistakes = []
        for epoch in range(max_epochs):
            count = 0
            for i in range(X.shape[1]):
                if self.update(X[:, i], y[i]):
                    count += 1
            mistakes.append(count)
            if count == 0:
                return mistakes
        return mistakes


def boundary(weights, bias, x1):
    if weights[1] == 0:
        raise ValueError("vertical line")
    if isinstance(x1, np.ndarray):
        x2 = np.zeros(x1.shape)
        for index in np.ndindex(x1.shape):
            x2[index] = (-weights[0] * x1[index] - bias) / weights[1]
        return x2
    return (-weights[0] * x1 - bias) / weights[1]


def mistakes_on_xor(epochs):
    perceptron = Perceptron(2)
    mistakes = []
    for epoch in range(epochs):
        count = 0
        for i in range(4):
            count += perceptron.update(INPUTS[:, i], GATES["XOR"][i])
        mistakes.append(count)
    return mistakes


def draw_gate(weights, bias, targets):
    import matplotlib.pyplot as plt

    plt.figure()
    for i in range(4):
        if targets[i] == 1:
            plt.plot(INPUTS[0, i], INPUTS[1, i], "ro")
        else:
            plt.plot(INPUTS[0, i], INPUTS[1, i], "bs")
    if weights[1] == 0:
        plt.axvline(-bias / weights[0])
    else:
        x1 = np.linspace(-1, 2, 50)
        x2 = []
        for value in x1:
            x2.append(boundary(weights, bias, value))
        plt.plot(x1, x2)
    plt.xlabel("x1")
    plt.ylabel("x2")
    return plt.gca()
