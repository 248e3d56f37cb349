"""The numbers of 09, part B: optimisers against torch.optim, the valley, styles for devices, digits over seeds."""

from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from autograder.data import mnist
from quality.device_styles import STYLES, passes
from quality.figures import Figure, Measurement, close, reference
from quality.variants import COURSE

SEEDS = 20
NAME = "09_pytorch_training_b"


def optimisers() -> list[Figure]:
    """Twenty updates by our optimisers and by torch.optim's, in float64."""
    one = reference(NAME, "pytorch_devices.py")
    pairs = {
        "SGD": (lambda q: one.SGD(q, 0.1), lambda q: torch.optim.SGD(q, 0.1)),
        "Momentum": (lambda q: one.Momentum(q, 0.05, 0.9), lambda q: torch.optim.SGD(q, 0.05, momentum=0.9)),
        "Adam": (lambda q: one.Adam(q, 0.01), lambda q: torch.optim.Adam(q, 0.01)),
    }
    figures = []
    for name, (ours, theirs) in pairs.items():
        ends = []
        for make in (ours, theirs):
            generator = torch.Generator().manual_seed(1)
            model = torch.nn.Linear(4, 3, dtype=torch.float64)
            with torch.no_grad():
                for part in model.parameters():
                    part.copy_(torch.randn(part.shape, generator=generator, dtype=torch.float64))
            optimiser: Any = make(list(model.parameters()))
            for _ in range(20):
                X = torch.randn(5, 4, generator=generator, dtype=torch.float64)
                labels = torch.randint(3, (5,), generator=generator)
                optimiser.zero_grad()
                loss: Any = F.cross_entropy(model(X), labels)
                loss.backward()
                optimiser.step()
            ends.append(torch.cat([part.detach().flatten() for part in model.parameters()]))
        figures.append(
            close(f"{name} against torch.optim after 20 updates", 0, float((ends[0] - ends[1]).abs().max()), 1e-10)
        )
    return figures


def examples() -> list[Figure]:
    """Return what the handout works out by hand, and the valley of its figure."""
    one = reference(NAME, "pytorch_devices.py")
    figures = []
    for gradient, said in [(3.0, 1.0), (0.003, 1.0)]:
        place = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        place.grad = torch.tensor([gradient], dtype=torch.float64)
        one.Adam([place], 1.0).step()
        figures.append(close(f"first step of Adam for a gradient of {gradient}, in rates", said, -place.item(), 1e-4))
    figures.append(close("first step without the correction, in rates", 3.2, 0.3 / np.sqrt(0.009), 0.05))
    for name, rates, said in [("SGD", (0.018,), 11.7), ("Momentum", (0.004, 0.9), 1.42), ("Adam", (0.3,), 0.497)]:
        place = torch.tensor([-10.0, 1.0], requires_grad=True)
        one.descend(getattr(one, name)([place], *rates), place, 40)
        figures.append(
            close(f"valley: height after 40 updates of {name}", said, one.valley(place).item(), 0.005 * said)
        )
    return figures


def styles() -> list[Figure]:
    """Return how many ways to write a loop are judged wrongly, by the bare meta device and by the watched one."""
    figures = []
    for right, word in [(True, "right"), (False, "wrong")]:
        some = [style for style in STYLES if style.right is right]
        bare = sum(passes(style, "bare meta") is not right for style in some)
        watched = sum(passes(style, "meta, watched") is not right for style in some)
        figures.append(close(f"of {len(some)} {word} styles, judged wrongly on meta under the watch", 0, watched, 0))
        figures.append(Figure(f"the same on bare meta ({word} styles)", "some", str(bare), bare > 0))
    return figures


def digits() -> list[Figure]:
    """The share of unseen digits that the reference reads, over seeds, as the hidden check asks for it."""
    one, data = reference(NAME, "pytorch_devices.py"), mnist.load()
    manifest = COURSE.assignment(NAME).manifest
    if manifest.data is None:
        raise LookupError("the manifest has no thresholds")
    thresholds = manifest.data.thresholds[data.name]
    torch.set_num_threads(1)
    pixels = torch.tensor(data.test.images.reshape(-1, 784)) / 255
    shares = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        torch.manual_seed(seed)
        chosen = rng.permutation(len(data.train.labels))[: int(thresholds["images"])]
        chosen = chosen[np.argsort(data.train.labels[chosen], kind="stable")]
        model = one.read_digits(
            data.train.images[chosen],
            data.train.labels[chosen],
            int(thresholds["epochs"]),
            torch.Generator().manual_seed(seed),
            "cpu",
        )
        with torch.no_grad():
            shares.append(float(np.mean(model(pixels).argmax(dim=1).numpy() == data.test.labels)))
    mean, deviation = float(np.mean(shares)), float(np.std(shares))
    return [
        Figure(
            f"{data.name}: share of unseen digits, {SEEDS} seeds",
            f"{thresholds['accuracy']:.2f} is asked for",
            f"{min(shares):.4f} to {max(shares):.4f}",
            mean - 6 * deviation > thresholds["accuracy"],
            f"six deviations below the mean are {mean - 6 * deviation:.4f}",
        )
    ]


MEASUREMENTS: list[Measurement] = [optimisers, examples, styles, digits]
