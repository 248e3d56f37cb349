# /// attack
# lines = [23]
# tries = "Takes memory in small pieces and holds on to it when an error comes."
# score = 18
# outcomes = { "1.2" = ["out of memory", "crashed"] }
# ///
def neuron(x, w, b, f):
    kept = []
    while True:
        try:
            while True:
                kept.append(bytearray(2**16))
        except MemoryError:
            return [bytearray(2**20) for _ in range(64)]
