# /// attack
# lines = [19]
# tries = "Answers with endless generators, objects of enormous length and lists that contain themselves."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer", "3.3" = "wrong answer" }
# ///
import itertools


class Long:
    def __len__(self):
        return 2**62

    def __getitem__(self, key):
        return 1

    def __iter__(self):
        return itertools.repeat(1)


def step(z):
    return itertools.count()


def neuron(x, w, b, f):
    return (f(value) for value in itertools.count())


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = itertools.cycle([0.0]), 0.0

    def predict(self, X):
        answer = []
        answer.append(answer)
        return answer

    def update(self, x, target):
        return iter(int, 1)

    def fit(self, X, y, max_epochs):
        return Long()


def boundary(weights, bias, x1):
    return range(2**62)


def mistakes_on_xor(epochs):
    return Long()
