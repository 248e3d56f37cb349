# /// attack
# lines = [26]
# tries = "Recurses without end, as a mistake does: an error with its name, not a crash."
# score = 18
# outcomes = { "1.2" = "error in the submission" }
# says = "RecursionError"
# ///
def neuron(x, w, b, f):
    return neuron(x, w, b, f)
