"""Assignment 09, part B: optimisers from scratch, and training on any device.

Samples stand in rows, and labels are int64 tensors (m,). A *device* is a torch.device or its name, such as "cpu" or
"cuda". A *loader* is anything that yields batches, tuples (images, labels), each time a for loop asks: a DataLoader, or
just a list. Its tensors may lie on another device than the model. `torch.nn` and `F.cross_entropy` are all yours here.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

# Part 5: optimisers. Each keeps the parameters that it is given (tracked leaves, from `model.parameters()` or a list)
# and changes them in place. What it remembers of a parameter lies on that parameter's device and has its dtype. A
# parameter whose .grad is None is left as it is; nobody asks for one that has a gradient in some updates only. Use
# nothing of torch.optim, in part 7 either.


class SGD:
    """Gradient descent: each parameter moves by -learning_rate · gradient (task 5.1)."""

    def __init__(self, parameters, learning_rate):
        """parameters: tensors, in anything that a for loop can run over once. learning_rate: number above 0."""
        ### BEGIN SOLUTION
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        ### END SOLUTION

    def zero_grad(self):
        """Forget all gradients: each .grad is None afterwards, or holds zeros."""
        ### BEGIN SOLUTION
        for parameter in self.parameters:
            parameter.grad = None
        ### END SOLUTION

    def step(self):
        """Make one update with the gradients that stand in .grad, which stay as they are."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for parameter in self.parameters:
                if parameter.grad is not None:
                    parameter -= self.learning_rate * parameter.grad
        ### END SOLUTION


class Momentum:
    """Gradient descent with momentum, as torch.optim.SGD has it (task 5.2).

    Each parameter has a velocity v, at first 0. In each update v becomes momentum · v + gradient, and the parameter
    then moves by -learning_rate · v.
    """

    def __init__(self, parameters, learning_rate, momentum=0.9):
        """parameters, learning_rate: as for SGD. momentum: number from 0 to below 1."""
        ### BEGIN SOLUTION
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.velocities = [torch.zeros_like(parameter) for parameter in self.parameters]
        ### END SOLUTION

    def zero_grad(self):
        """Forget all gradients: each .grad is None afterwards, or holds zeros. The velocities stay."""
        ### BEGIN SOLUTION
        for parameter in self.parameters:
            parameter.grad = None
        ### END SOLUTION

    def step(self):
        """Make one update with the gradients that stand in .grad, which stay as they are."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
                if parameter.grad is not None:
                    velocity *= self.momentum
                    velocity += parameter.grad
                    parameter -= self.learning_rate * velocity
        ### END SOLUTION


class Adam:
    """Adam, as torch.optim.Adam has it (task 5.3).

    In update number t, counted from 1, with the gradient g and the betas (β1, β2):

        m becomes β1·m + (1 - β1)·g       m̂ = m / (1 - β1^t)
        v becomes β2·v + (1 - β2)·g²      v̂ = v / (1 - β2^t)
        the parameter moves by -learning_rate · m̂ / (√v̂ + epsilon)

    Both m and v are 0 at first.
    """

    def __init__(self, parameters, learning_rate=0.001, betas=(0.9, 0.999), epsilon=1e-8):
        """parameters, learning_rate: as for SGD. betas: two numbers from 0 to below 1. epsilon: number above 0."""
        ### BEGIN SOLUTION
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        self.betas = betas
        self.epsilon = epsilon
        self.updates = 0
        self.means = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.squares = [torch.zeros_like(parameter) for parameter in self.parameters]
        ### END SOLUTION

    def zero_grad(self):
        """Forget all gradients: each .grad is None afterwards, or holds zeros. The means stay."""
        ### BEGIN SOLUTION
        for parameter in self.parameters:
            parameter.grad = None
        ### END SOLUTION

    def step(self):
        """Make one update with the gradients that stand in .grad, which stay as they are."""
        ### BEGIN SOLUTION
        self.updates += 1
        beta1, beta2 = self.betas
        with torch.no_grad():
            for parameter, mean, square in zip(self.parameters, self.means, self.squares, strict=True):
                if parameter.grad is None:
                    continue
                mean.mul_(beta1).add_(parameter.grad, alpha=1 - beta1)
                square.mul_(beta2).addcmul_(parameter.grad, parameter.grad, value=1 - beta2)
                corrected_mean = mean / (1 - beta1**self.updates)
                corrected_square = square / (1 - beta2**self.updates)
                parameter -= self.learning_rate * corrected_mean / (corrected_square.sqrt() + self.epsilon)
        ### END SOLUTION


# Part 6: the loop of part A, on any device.


def train_step(model, images, labels, optimiser, device):
    """One update with one batch, on any device (task 6.1).

    model: an nn.Module whose parameters lie on `device`. images, labels: a batch, on any device. optimiser: one for the
    model's parameters. When the first step begins, no parameter has a gradient.
    Returns the mean cross-entropy before the update, a plain number (float).
    """
    ### BEGIN SOLUTION
    images, labels = images.to(device), labels.to(device)
    loss = F.cross_entropy(model(images), labels)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()
    ### END SOLUTION


def train_epoch(model, loader, optimiser, device):
    """One update with each batch of the loader, in its order, in training mode (task 6.2). May call `train_step`.

    model: its parameters lie on `device`; the loader's batches may lie elsewhere.
    Returns the mean over all samples of the losses of the steps, a plain number (float).
    """
    ### BEGIN SOLUTION
    model.train()
    total = count = 0
    for images, labels in loader:
        total += train_step(model, images, labels, optimiser, device) * len(labels)
        count += len(labels)
    return total / count
    ### END SOLUTION


def evaluate(model, loader, device):
    """How well a model does on all samples of a loader (task 6.3).

    model: its parameters lie on `device`; the loader's batches may lie elsewhere. As in part A, the model answers in
    evaluation mode and without recording a graph, and is in the mode of before afterwards.
    Returns the tuple (loss, accuracy) of two plain numbers: the mean cross-entropy and the share that is right, over
    all samples.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    total = right = count = 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total += F.cross_entropy(logits, labels, reduction="sum").item()
            right += (logits.argmax(dim=1) == labels).sum().item()
            count += len(labels)
    model.train(was_training)
    return total / count, right / count
    ### END SOLUTION


def fit(model, train_loader, test_loader, make_optimiser, epochs, device):
    """Move a model to a device, train it there, and keep the curves (task 6.4).

    May call `train_epoch` and `evaluate`. model: it may lie on any device, and lies on `device` afterwards.
    make_optimiser: a function that makes an optimiser of the parameters that it is given. Call it once, with
    `model.parameters()`, when they have been moved.
    Returns a dict with three lists of `epochs` numbers each: "train_loss", "test_loss" and "test_accuracy".
    """
    ### BEGIN SOLUTION
    model.to(device)
    optimiser = make_optimiser(model.parameters())
    curves = {"train_loss": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        curves["train_loss"].append(train_epoch(model, train_loader, optimiser, device))
        test_loss, test_accuracy = evaluate(model, test_loader, device)
        curves["test_loss"].append(test_loss)
        curves["test_accuracy"].append(test_accuracy)
    return curves
    ### END SOLUTION


def load_state(path, device):
    """Read a state_dict from a file, for a model on this device (task 6.5).

    path: the name of a file that `torch.save(model.state_dict(), path)` has written, also from a device that this
    computer does not have.
    Returns the dict, with every tensor on `device`.
    """
    ### BEGIN SOLUTION
    return torch.load(path, map_location=device, weights_only=True)
    ### END SOLUTION


# Part 7: everything together.


def read_digits(images, labels, epochs, generator, device):
    """Train a network of 784 inputs, 128 hidden units with ReLU and 10 outputs to read digits (task 7).

    May use everything above. images: uint8 array of NumPy (m, 28, 28), 0 for paper, 255 for ink. labels: uint8 array
    (m,). epochs: int, 1 or more. generator: a torch.Generator, which shuffles the images anew in each epoch.
    Which of your optimisers, rates and batch sizes to use is up to you, and so are the initial weights.
    Returns the model, on `device`: an nn.Module that takes float32 images (m, 784) with 0 for paper and 1 for ink, and
    answers with raw logits (m, 10). Its parameters are W1 (128, 784), b1, W2 (10, 128) and b2, in this order.
    """
    ### BEGIN SOLUTION
    pixels = torch.from_numpy(images.reshape(len(images), 784).astype(np.float32) / 255)
    targets = torch.from_numpy(labels.astype(np.int64))
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)).to(device)
    optimiser = Adam(model.parameters())
    for _ in range(epochs):
        order = torch.randperm(len(targets), generator=generator)
        batches = [(pixels[part], targets[part]) for part in order.split(64)]
        train_epoch(model, batches, optimiser, device)
    return model
    ### END SOLUTION


# Given, and not graded: what `python pytorch_devices.py` draws and trains.

COLOURS = {"SGD": "#3b6fb6", "Momentum": "#e08a2c", "Adam": "#333333"}


def valley(place):
    """A long valley, a hundred times as steep along the second number as along the first."""
    return 0.5 * place[0] ** 2 + 50 * place[1] ** 2


def descend(optimiser, place, steps):
    """The places that an optimiser passes through on its way down the valley, as an array (steps + 1, 2)."""
    path = [place.tolist()]
    for _ in range(steps):
        optimiser.zero_grad()
        valley(place).backward()
        optimiser.step()
        path.append(place.tolist())
    return np.array(path)


def draw_valley(paths):
    """The paths of several optimisers over the contours of the valley."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
    along, across = np.linspace(-11, 2, 100), np.linspace(-1.2, 1.2, 100)
    heights = valley(np.stack(np.meshgrid(along, across)))
    axes.contour(along, across, heights, levels=2.0 ** np.arange(-2, 8), colors="#b0b0b0", linewidths=0.8)
    for name, path in paths.items():
        axes.plot(path[:, 0], path[:, 1], ".-", linewidth=1, color=COLOURS[name], label=name)
    axes.set(xlabel="along the valley", ylabel="across")
    axes.legend()
    return figure


def main():
    """Draw the three optimisers in a valley, and read digits on the best device that there is."""
    from autograder.data.mnist import load

    optimisers = {
        "SGD": lambda place: SGD([place], 0.018),
        "Momentum": lambda place: Momentum([place], 0.004, 0.9),
        "Adam": lambda place: Adam([place], 0.3),
    }
    paths = {}
    for name, make in optimisers.items():
        place = torch.tensor([-10.0, 1.0], requires_grad=True)
        paths[name] = descend(make(place), place, 40)
        print(f"{name}: after 40 updates {valley(place).item():.3g} above the lowest point")
    draw_valley(paths).savefig("my_valley.png", dpi=120)

    device = "cuda" if torch.cuda.is_available() else "cpu"
    digits = load()
    torch.manual_seed(0)
    model = read_digits(digits.train.images, digits.train.labels, 5, torch.Generator().manual_seed(0), device)
    pixels = torch.from_numpy(digits.test.images.reshape(-1, 784).astype(np.float32) / 255)
    test = TensorDataset(pixels, torch.from_numpy(digits.test.labels.astype(np.int64)))
    loss, accuracy = evaluate(model, DataLoader(test, batch_size=1000), device)
    print(f"{digits.name} on {device}: test loss {loss:.4f}, {100 * accuracy:.2f} % of the test images are read.")
    print("Saved my_valley.png.")


if __name__ == "__main__":
    main()
