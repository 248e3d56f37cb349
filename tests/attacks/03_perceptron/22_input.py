# /// attack
# lines = [22]
# tries = "Waits for somebody to type."
# score = 18
# outcomes = { "1.2" = "error in the submission" }
# says = "EOFError"
# ///
def neuron(x, w, b, f):
    return float(input("The answer, please: "))
