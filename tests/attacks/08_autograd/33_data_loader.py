# /// attack
# lines = [33]
# tries = "A DataLoader with two worker processes: one clear sentence."
# score = 38
# outcomes = { "1.2" = "forbidden" }
# says = "Not allowed here: starting another process."
# ///
from torch.utils.data import DataLoader, TensorDataset

_neuron = neuron


def neuron(x, w, b):
    for (batch,) in DataLoader(TensorDataset(x[None]), num_workers=2):
        return _neuron(batch[0], w, b)
