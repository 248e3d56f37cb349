"""The numbers of 09, part A: costs, the example, saturation, batches, an untrained network, five epochs of training."""

import numpy as np
import torch
from torch.nn import functional as F

from autograder.data import mnist
from quality.figures import Figure, Measurement, close, reference

NAME = "09_pytorch_training_a"
SEEDS = 200


def losses() -> list[Figure]:
    """Return what a probability costs, and how close our cross-entropy is to PyTorch's."""
    one = reference(NAME, "pytorch_training.py")
    figures = []
    for p, said in [(0.99, 0.01), (0.5, 0.69), (0.01, 4.6)]:
        logits = torch.tensor([[p, 1 - p]], dtype=torch.float64).log()
        cost = one.cross_entropy(logits, torch.tensor([0])).item()
        figures.append(close(f"-log p at p = {p}", said, cost, 6e-3))
    generator, worst = torch.Generator().manual_seed(1), 0.0
    for scale in (1.0, 100.0, 1e4):
        logits = scale * (2 * torch.rand(50, 10, generator=generator, dtype=torch.float64) - 1)
        labels = torch.randint(10, (50,), generator=generator)
        difference = one.cross_entropy(logits, labels) - F.cross_entropy(logits, labels)
        worst = max(worst, abs(difference.item()) / max(1.0, scale))
    return [*figures, close("cross_entropy against F.cross_entropy, logits up to 1e4, relative", 0, worst, 1e-12)]


def example() -> list[Figure]:
    """The forward pass of the handout, and the size of the network."""
    one = reference(NAME, "pytorch_training.py")
    W1, b1 = torch.tensor([[0.5, -0.3], [0.2, 0.8], [-0.4, 0.6]]), torch.tensor([0.1, -0.1, 0.2])
    W2, b2 = torch.tensor([[0.7, -0.2, 0.5], [-0.3, 0.9, 0.1]]), torch.tensor([0.0, 0.1])
    hidden, logits = one.forward_by_hand(torch.tensor([[1.0, 0.5]]), W1, b1, W2, b2)
    found = [*hidden[0].tolist(), *logits[0].tolist()]
    said = [0.45, 0.5, 0.1, 0.265, 0.425]
    count = sum(part.numel() for part in one.DigitClassifier().parameters())
    return [
        *(
            close(f"example: number {place + 1} of 5", due, got, 1e-6)
            for place, (due, got) in enumerate(zip(said, found, strict=True))
        ),
        close("parameters of the classifier", 101_770, count, 0),
        close("mean of the batches' means, of the example", 3, (1 + 5) / 2, 0),
        close("mean over the samples, of the example", 2, one.overall_mean([1.0, 5.0], [3, 1]), 1e-12),
        close(
            "softmax at temperature 0.2, the largest",
            0.99,
            one.softmax(torch.tensor([2.0, 1.0, 0.5, -1.0]), 0.2)[0].item(),
            5e-3,
        ),
        close(
            "softmax at temperature 5, the largest",
            0.32,
            one.softmax(torch.tensor([2.0, 1.0, 0.5, -1.0]), 5.0)[0].item(),
            5e-3,
        ),
    ]


def saturation() -> list[Figure]:
    """The largest of ten probabilities, from dot products of 768 random numbers and from divided ones."""
    one, rng = reference(NAME, "pytorch_training.py"), np.random.default_rng(0)
    products = np.einsum("skn,sn->sk", rng.normal(size=(1000, 10, 768)), rng.normal(size=(1000, 768)))
    plain, divided = (
        one.softmax(torch.from_numpy(values)).max(dim=1).values.mean().item()
        for values in (products, products / np.sqrt(768))
    )
    error = float(np.sqrt(768 / 2 / products.size))  # of a deviation that is estimated from so many products
    return [
        close("deviation of a dot product of 768 random numbers", 27.7, float(products.std()), 4 * error),
        close("largest of ten probabilities, in the mean", 0.97, plain, 0.015),
        close("the same divided by the root of 768", 0.32, divided, 0.015),
    ]


def untrained() -> list[Figure]:
    """The loss of untrained networks on digits, and on random pixels as the check has it."""
    one, data = reference(NAME, "pytorch_training.py"), mnist.load()
    images = torch.tensor(data.test.images[:1000]) / 255
    labels = torch.tensor(data.test.labels[:1000], dtype=torch.int64)
    pixels = torch.rand(200, 784, generator=torch.Generator().manual_seed(2))
    digits, noise = [], []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        model = one.DigitClassifier()
        with torch.no_grad():
            digits.append(one.cross_entropy(model(images), labels).item())
            noise.append(one.cross_entropy(model(pixels), labels[:200]).item())
    return [
        close(f"untrained loss on digits, the mean of {SEEDS} seeds", 2.304, float(np.mean(digits)), 0.01),
        Figure(
            f"untrained loss on random pixels, {SEEDS} seeds",
            "2.0 to 2.7, by the check",
            f"{min(noise):.3f} to {max(noise):.3f}",
            np.mean(noise) - 6 * np.std(noise) > 2.0 and np.mean(noise) + 6 * np.std(noise) < 2.7,
            f"six deviations are {6 * np.std(noise):.2f}",
        ),
    ]


def batches() -> list[Figure]:
    """Return how many batches there are, and how often shuffled neighbours follow each other."""
    one = reference(NAME, "pytorch_training.py")
    dataset = torch.utils.data.TensorDataset(torch.arange(60_000))
    most = 0
    for seed in range(SEEDS):
        loader = one.make_loader(range(60), 16, True, torch.Generator().manual_seed(seed))
        order = torch.cat(list(loader)).numpy()
        most = max(most, int(np.sum(np.diff(order) == 1)))
    return [
        close("batches of 64 in 60,000", 938, len(one.make_loader(dataset, 64, False)), 0),
        close("samples in the last one", 32, 60_000 - 937 * 64, 0),
        Figure(
            f"neighbours that follow each other in 60 shuffled samples, the most of {SEEDS} seeds",
            "below 20",
            str(most),
            most < 20,
        ),
    ]


MEASUREMENTS: list[Measurement] = [losses, example, saturation, untrained, batches]
