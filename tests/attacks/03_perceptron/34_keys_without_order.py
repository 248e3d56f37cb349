# /// attack
# lines = [34]
# tries = "Answers with dicts whose keys cannot be compared: a float beside an integer that is larger than any."
# on = "reference"
# score = 12.5
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer" }
# says = "The result is of the wrong type"
# ///
def step(z):
    return {np.float64(1): 1, 10**1000: 2} if np.ndim(z) == 0 else 1 * (z >= 0)


def neuron(x, w, b, f):
    return {(np.bool_(True), 1): 1, (2**70, 2): 2}
