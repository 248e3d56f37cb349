# /// attack
# lines = [23]
# tries = "Takes memory with PyTorch, tensor after tensor."
# score = 38
# outcomes = { "1.2" = "out of memory" }
# ///
def neuron(x, w, b):
    kept = []
    while True:
        kept.append(torch.ones(2**24))
