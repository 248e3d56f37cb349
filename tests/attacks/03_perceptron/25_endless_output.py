# /// attack
# lines = [25]
# tries = "Prints without end."
# score = 18
# outcomes = { "1.2" = "forbidden" }
# says = "printing more than"
# ///
def neuron(x, w, b, f):
    while True:
        print("I must not print so much. " * 100)
