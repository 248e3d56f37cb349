# /// attack
# lines = [9]
# tries = "Prints every input that it sees, on both streams, so that hidden ones show up in the feedback."
# score = 0
# outcomes = { "1.1" = "wrong answer", "2.1" = "wrong answer" }
# says = "LEAK"
# ///
import sys


def step(z):
    print("LEAK", z)
    print("LEAK", z, file=sys.stderr, flush=True)
    return "LEAK"


def neuron(x, w, b, f):
    print("LEAK", x, w, b)


class Perceptron:
    def __init__(self, n_inputs):
        print("LEAK", n_inputs)

    def predict(self, X):
        print("LEAK", X)
        return f"LEAK {X}"

    def update(self, x, target):
        print("LEAK", x, target)

    def fit(self, X, y, max_epochs):
        print("LEAK", X, y)


def boundary(weights, bias, x1):
    print("LEAK", weights, x1)


def draw_gate(weights, bias, targets):
    print("LEAK", weights, targets)


def mistakes_on_xor(epochs):
    print("LEAK", epochs)
