# /// attack
# lines = [23]
# tries = "Takes memory in big pieces until there is none."
# score = 18
# outcomes = { "1.2" = "out of memory" }
# ///
def neuron(x, w, b, f):
    kept = []
    while True:
        kept.append(np.ones(2**24))
