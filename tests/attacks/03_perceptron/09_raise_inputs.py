# /// attack
# lines = [9]
# tries = "Raises every input as the text, the type, the notes and the traceback of an exception."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "error in the submission", "2.1" = "error in the submission" }
# says = "LEAK"
# ///
def _tell(*inputs):
    error = type(f"LEAK_{inputs}"[:90], (Exception,), {"__str__": lambda self: f"LEAK {inputs}"})(f"LEAK {inputs}")
    error.__notes__ = [f"LEAK {inputs}"]
    raise error from ValueError(f"LEAK {inputs}")


step = neuron = boundary = draw_gate = mistakes_on_xor = _tell


class Perceptron:
    def __init__(self, n_inputs):
        self.weights, self.bias = [0.0] * n_inputs, 0.0

    predict = update = fit = lambda self, *inputs: _tell(*inputs)
