# /// attack
# lines = [20]
# tries = "Imports PyTorch inside a function of a NumPy assignment."
# score = 18
# outcomes = { "1.2" = "forbidden" }
# says = "importing a library that this assignment does not allow"
# ///
def neuron(x, w, b, f):
    import torch

    return f(float(torch.tensor(w) @ torch.tensor(x) + b))
