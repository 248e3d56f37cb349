"""Assignment 09, part A: training with PyTorch.

Samples stand in rows: row i of a tensor of logits (m, k) belongs to sample i and has one number for each of k classes.
Logits are float tensors, float32 or float64, and what is computed from them keeps their dtype. Labels are int64 tensors
(m,) of numbers from 0 to k - 1, and m is 1 or more.

No function changes its arguments, except that training changes the model and the optimiser.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

# Part 1: from logits to a loss, from scratch: with exp, log, sums and maxima. PyTorch's own functions are there to
# compare with, and from part 2 on they are yours.


def softmax(logits, temperature=1.0):
    """The softmax along the last axis (task 1.1).

    logits: float tensor of any shape (…, k), up to 1e4 in size. temperature: number above 0 that divides the logits.
    Returns a tensor of the same shape: no number is below 0, and each row sums to 1. Gradients flow back to the logits.
    Raises ValueError for a temperature of 0 or below.
    """
    ### BEGIN SOLUTION
    if temperature <= 0:
        raise ValueError(f"The temperature must be above 0, not {temperature}.")
    largest = logits.max(dim=-1, keepdim=True).values
    exponentials = torch.exp((logits - largest) / temperature)
    return exponentials / exponentials.sum(dim=-1, keepdim=True)
    ### END SOLUTION


def log_softmax(logits):
    """The logarithm of the softmax along the last axis, finite for logits up to 1e4 in size (task 1.2).

    logits: float tensor (…, k).
    Returns a tensor of the same shape. Gradients flow back to the logits.
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(dim=-1, keepdim=True).values
    return shifted - torch.log(torch.exp(shifted).sum(dim=-1, keepdim=True))
    ### END SOLUTION


def cross_entropy(logits, labels):
    """The mean cross-entropy of a batch (task 1.3). May call `log_softmax`.

    logits: float tensor (m, k), up to 1e4 in size. labels: int64 tensor (m,).
    Returns a tensor (), the mean over the samples of -log p, where p is the probability that softmax gives to a
    sample's label. Gradients flow back to the logits.
    """
    ### BEGIN SOLUTION
    log_probabilities = log_softmax(logits)
    return -log_probabilities[torch.arange(len(labels)), labels].mean()
    ### END SOLUTION


# Part 2: a network.


def forward_by_hand(X, W1, b1, W2, b2):
    """The forward pass of a network with one hidden layer, without any module (task 2.1).

    X: float tensor (m, n). W1: (h, n). b1: (h,). W2: (k, h). b2: (k,).
    The hidden layer ends in a ReLU, the last layer does not.
    Returns the tuple (hidden, logits) of tensors (m, h) and (m, k).
    """
    ### BEGIN SOLUTION
    hidden = torch.relu(X @ W1.T + b1)
    return hidden, hidden @ W2.T + b2
    ### END SOLUTION


class DigitClassifier(nn.Module):
    """A network of 784 inputs, one hidden layer with ReLU, and 10 outputs (task 2.2).

    Whatever you call them, its parameters are W1 (hidden, 784), b1 (hidden,), W2 (10, hidden) and b2 (10,), and
    `parameters()` yields them in this order. They begin as those of `nn.Linear` begin.
    """

    def __init__(self, hidden=128):
        """hidden: how many hidden units, 1 or more."""
        ### BEGIN SOLUTION
        super().__init__()
        self.hidden = nn.Linear(784, hidden)
        self.output = nn.Linear(hidden, 10)
        ### END SOLUTION

    def forward(self, images):
        """The logits of a batch, raw: no softmax.

        images: float tensor (m, 1, 28, 28), (m, 28, 28) or (m, 784).
        Returns a tensor (m, 10).
        """
        ### BEGIN SOLUTION
        pixels = images.flatten(start_dim=1)
        return self.output(torch.relu(self.hidden(pixels)))
        ### END SOLUTION


# Part 3: batches.


class DigitsDataset(Dataset):
    """Images and their labels, one pair after the other (task 3.1)."""

    def __init__(self, images, labels):
        """images: uint8 array of NumPy (m, 28, 28), 0 for paper, 255 for ink. labels: uint8 array (m,).

        Raises ValueError if there are more images than labels, or fewer.
        """
        ### BEGIN SOLUTION
        if len(images) != len(labels):
            raise ValueError(f"There are {len(images)} images and {len(labels)} labels.")
        self.images = images
        self.labels = labels
        ### END SOLUTION

    def __len__(self):
        """How many pairs there are."""
        ### BEGIN SOLUTION
        return len(self.images)
        ### END SOLUTION

    def __getitem__(self, index):
        """Pair number `index`, an int from 0 to m - 1.

        Returns the tuple (image, label): a float32 tensor (1, 28, 28) with 0 for paper and 1 for ink, and an int64
        tensor ().
        """
        ### BEGIN SOLUTION
        image = torch.tensor(self.images[index], dtype=torch.float32).unsqueeze(0) / 255
        return image, torch.tensor(self.labels[index], dtype=torch.int64)
        ### END SOLUTION


def make_loader(dataset, batch_size, shuffle, generator=None):
    """A `DataLoader` that yields a data set in batches (task 3.2).

    dataset: any `Dataset`. batch_size: int, 1 or more. shuffle: True to divide the samples anew in each epoch, with
    random numbers from `generator`, a torch.Generator (None for PyTorch's global one); False to keep their order.
    Each epoch has every sample once. Where the division leaves a remainder, the last batch is smaller.
    """
    ### BEGIN SOLUTION
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, generator=generator)
    ### END SOLUTION


def overall_mean(means, sizes):
    """The mean over all samples, from the means of batches (task 3.3).

    means: list of numbers. sizes: list of as many ints above 0: how many samples each batch has. There is one batch at
    least.
    Returns a number.
    """
    ### BEGIN SOLUTION
    return sum(mean * size for mean, size in zip(means, sizes, strict=True)) / sum(sizes)
    ### END SOLUTION


# Part 4: the loop. A *loader* is anything that yields batches, tuples (images, labels), each time a for loop asks:
# a DataLoader, or just a list. Nothing more is known of it.


def train_step(model, images, labels, optimiser):
    """One update with one batch (task 4.1). May call `cross_entropy`, or PyTorch's own.

    model: an nn.Module that takes `images` and answers with logits (m, k). optimiser: an optimiser of torch.optim for
    its parameters. When the first step begins, no parameter has a gradient.
    Each update is made with the gradients of this batch's mean cross-entropy alone.
    Returns the loss before the update, a plain number (float), not a tensor.
    """
    ### BEGIN SOLUTION
    loss = cross_entropy(model(images), labels)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()
    ### END SOLUTION


def train_epoch(model, loader, optimiser):
    """One update with each batch of the loader, in its order, in training mode (task 4.2).

    May call `train_step` and `overall_mean`. Draws nothing at random.
    Returns the mean over all samples of the losses that the steps return, a plain number. Leaves the model in training
    mode.
    """
    ### BEGIN SOLUTION
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        losses.append(train_step(model, images, labels, optimiser))
        sizes.append(len(labels))
    return overall_mean(losses, sizes)
    ### END SOLUTION


def evaluate(model, loader):
    """How well a model does on all samples of a loader (task 4.3). May call `cross_entropy` and `overall_mean`.

    The model answers in evaluation mode and without recording a graph. Afterwards it is in the mode that it was in
    before (all of its layers are in the same mode), and neither its parameters nor their gradients have changed.
    Returns the tuple (loss, accuracy) of two plain numbers: the mean cross-entropy over all samples, and the share of
    the samples whose label has the largest logit, from 0 to 1.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    losses, shares, sizes = [], [], []
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images)
            losses.append(cross_entropy(logits, labels).item())
            shares.append((logits.argmax(dim=1) == labels).float().mean().item())
            sizes.append(len(labels))
    model.train(was_training)
    return overall_mean(losses, sizes), overall_mean(shares, sizes)
    ### END SOLUTION


def fit(model, train_loader, test_loader, optimiser, epochs):
    """Train for some epochs, and keep the curves (task 4.4). May call `train_epoch` and `evaluate`.

    epochs: int, 0 or more.
    Returns a dict with three lists of `epochs` numbers each: "train_loss", what each epoch of training returned, and
    "test_loss" and "test_accuracy", how the model did on the test loader right after that epoch.
    """
    ### BEGIN SOLUTION
    curves = {"train_loss": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        curves["train_loss"].append(train_epoch(model, train_loader, optimiser))
        test_loss, test_accuracy = evaluate(model, test_loader)
        curves["test_loss"].append(test_loss)
        curves["test_accuracy"].append(test_accuracy)
    return curves
    ### END SOLUTION


def gradient_summary(model):
    """How long each parameter's gradient is (task 4.5).

    Returns a dict: for each name in `model.named_parameters()` the root of the sum of the squares of its gradient, a
    plain number, and 0 where .grad is None.
    """
    ### BEGIN SOLUTION
    return {
        name: 0.0 if parameter.grad is None else parameter.grad.norm().item()
        for name, parameter in model.named_parameters()
    }
    ### END SOLUTION


def worst_mistakes(logits, labels, count=10):
    """The mistakes that the model was surest of (task 4.6). May call `softmax`.

    logits: float tensor (m, k). labels: int64 tensor (m,). count: int, 1 or more.
    A mistake is a sample whose largest logit is not its label's; that one's probability says how sure the model was.
    Returns the tuple (indices, predicted, probabilities) of three tensors, two of int64 and one of the logits' dtype:
    of the `count` mistakes with the largest probability, or of all if there are fewer (even none), the number of the
    sample, what it was taken for, and the probability, the surest first. Nobody asks for ties.
    """
    ### BEGIN SOLUTION
    probabilities, predicted = softmax(logits).max(dim=1)
    wrong = torch.nonzero(predicted != labels).flatten()
    surest_first = wrong[probabilities[wrong].argsort(descending=True)][:count]
    return surest_first, predicted[surest_first], probabilities[surest_first]
    ### END SOLUTION


# Given, and not graded: what `python pytorch_training.py` trains, prints and draws.

BLUE, ORANGE, INK = "#3b6fb6", "#e08a2c", "#333333"


def draw_temperatures(logits, temperatures):
    """Bars for the softmax of the same logits at several temperatures."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(temperatures), figsize=(9, 2.4), sharey=True, layout="constrained")
    for temperature, axes in zip(temperatures, panels, strict=True):
        axes.bar(range(len(logits)), softmax(logits, temperature).tolist(), color=BLUE)
        axes.set(title=f"T = {temperature}", xlabel="class", xticks=range(len(logits)), ylim=(0, 1))
    panels[0].set_ylabel("probability")
    return figure


def draw_curves(curves):
    """The losses and the accuracy after each epoch."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    epochs = range(1, len(curves["train_loss"]) + 1)
    left.plot(epochs, curves["train_loss"], "o-", color=BLUE, label="training")
    left.plot(epochs, curves["test_loss"], "o-", color=ORANGE, label="test")
    left.set(xlabel="epoch", ylabel="mean loss")
    left.legend()
    right.plot(epochs, curves["test_accuracy"], "o-", color=ORANGE)
    right.set(xlabel="epoch", ylabel="accuracy on test images")
    return figure


def draw_mistakes(images, labels, predicted, probabilities):
    """Ten digits, with what they are, what they were taken for, and how surely."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(2, 5, figsize=(7, 3.4), layout="constrained")
    for axes in panels.flat:
        axes.axis("off")
    mistakes = zip(images, labels, predicted, probabilities, strict=True)
    for axes, (image, label, taken_for, probability) in zip(panels.flat, mistakes, strict=False):
        axes.imshow(image, cmap="gray_r")
        axes.set_title(f"{label} as {taken_for}, {100 * probability:.1f} %", fontsize=8)
    return figure


def main():
    """Train on MNIST, or on small digits where it was not fetched, and draw what this page shows."""
    from autograder.data.mnist import load

    print("p      -log p")
    for p in (0.99, 0.5, 0.01):
        logits = torch.tensor([[p, 1 - p]], dtype=torch.float64).log()
        print(f"{p:<6} {cross_entropy(logits, torch.tensor([0])).item():.2f}")
    logits = torch.tensor([2.0, 1.0, 0.5, -1.0])
    draw_temperatures(logits, (0.2, 1.0, 5.0)).savefig("my_temperatures.png", dpi=120)

    digits = load()
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    train = make_loader(DigitsDataset(digits.train.images, digits.train.labels), 64, True, generator)
    test = make_loader(DigitsDataset(digits.test.images, digits.test.labels), 1000, False)
    model = DigitClassifier()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
    print(f"\n{len(digits.train.labels)} images ({digits.name}), {len(train)} batches")
    print(f"untrained: test loss {evaluate(model, test)[0]:.3f}")
    curves = fit(model, train, test, optimiser, 5)
    for epoch, (loss, _, accuracy) in enumerate(zip(*curves.values(), strict=True), start=1):
        print(f"epoch {epoch}: training loss {loss:.4f}, test accuracy {100 * accuracy:.2f} %")
    print("gradients of the last batch:", {name: round(norm, 4) for name, norm in gradient_summary(model).items()})
    draw_curves(curves).savefig("my_curves.png", dpi=120)

    with torch.no_grad():
        logits = model(torch.tensor(digits.test.images) / 255)
    worst, predicted, probabilities = worst_mistakes(logits, torch.tensor(digits.test.labels, dtype=torch.int64))
    images, labels = digits.test.images[worst.numpy()], digits.test.labels[worst.numpy()]
    draw_mistakes(images, labels, predicted.tolist(), probabilities.tolist()).savefig("my_mistakes.png", dpi=120)
    print("Saved my_temperatures.png, my_curves.png and my_mistakes.png.")


if __name__ == "__main__":
    main()
