# /// attack
# lines = [9, 14]
# tries = "Forges the engine's own reasons (why a value cannot cross, what the sandbox refused, a path) to carry inputs."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "protocol failure", "2.1" = "protocol failure" }
# ///
import os
import sys


def step(z):
    unsendable = sys.modules["autograder.channel.failures"].Unsendable
    error = unsendable.__new__(unsendable)
    error.code = f"LEAK {z}"
    raise error


def neuron(x, w, b, f):
    os._exit(int(abs(b)) % 200 + 3)


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = [0.0] * n_inputs, 0.0

    def predict(self, X):
        sys.modules["autograder.student.audit"]._watch.last = f"LEAK {X}"
        raise PermissionError(1, f"LEAK {X}")

    def update(self, x, target):
        code = compile("raise ValueError('LEAK')", f"{os.getcwd()}/LEAK {x}.py", "exec")
        exec(code)


def boundary(weights, bias, x1):
    return {f"LEAK {x1}": f"LEAK {weights}"}
