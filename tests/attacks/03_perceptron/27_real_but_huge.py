# /// attack
# lines = [27]
# tries = "Answers with values that are really there and far too large: an array, a list of lists, an integer, a text."
# on = "stub"
# score = 0
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer", "3.1" = "wrong answer", "3.3" = "wrong answer" }
# says = "too large to be handed over"
# ///
def step(z):
    return np.broadcast_to(np.float64(1), (2**20, 2**20))


def neuron(x, w, b, f):
    return 1 << 10**6


def boundary(weights, bias, x1):
    return "x" * 2**25


def mistakes_on_xor(epochs):
    value = []
    for _ in range(40):
        value = [value, value]
    return value
