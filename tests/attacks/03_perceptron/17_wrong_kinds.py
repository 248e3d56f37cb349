# /// attack
# lines = [17]
# tries = "Answers rightly, but as text, complex numbers, objects and booleans, and with one number for a whole array."
# on = "stub"
# score = 0.5
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer", "2.1" = "wrong answer", "2.2" = "wrong answer" }
# ///
def step(z):
    return np.where(z >= 0, True, False)


def neuron(x, w, b, f):
    return complex(w @ x + b, 0)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = np.zeros(n_inputs, dtype=object), "0.0"

    def predict(self, X):
        return np.array(["1"] * X.shape[-1])

    def update(self, x, target):
        return "True"

    def fit(self, X, y, max_epochs):
        return np.array([b"0"], dtype=object)


def boundary(weights, bias, x1):
    return str(-(weights[0] * x1 + bias) / weights[1])


def mistakes_on_xor(epochs):
    return 4
