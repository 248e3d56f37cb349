# /// attack
# lines = [34]
# tries = "No malice: answers with arrays of 33 and 64 axes, which NumPy allows."
# on = "reference"
# score = 13.5
# outcomes = { "1.1" = "wrong answer", "1.2" = "wrong answer" }
# says = "The array has the wrong shape."
# ///
def step(z):
    return np.zeros((1,) * 33)


def neuron(x, w, b, f):
    return np.zeros((1,) * 64)
