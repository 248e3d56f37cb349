# /// attack
# lines = [22]
# tries = "Keeps the grader busy: calls the check's own function for ever."
# score = 18
# outcomes = { "1.2" = "timed out" }
# ///
def neuron(x, w, b, f):
    while True:
        f(w @ x + b)
