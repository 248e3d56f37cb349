"""Train the network of 09 as a text says that it was trained, over many seeds, and in ways that could explain the text.

    MNIST_DIR=FOLDER python -m quality.claims [--seeds 20] [--seeds-each 3]

The text has 784-128-10 with SGD at the rate 0.01, batches of 64, five epochs and pixels from 0 to 1. Needs MNIST, one
thread, and some 15 s of CPU time for each run: 20 seeds of SGD and of Adam, 3 of each explanation. Runs that were
made are kept in `build/quality` until this program or PyTorch changes. Writes `docs/measured/claims.md` and the
handout's `claims.png`.
"""

import argparse
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from autograder.data import mnist
from autograder.errors import UserError
from autograder.files import write_atomically
from autograder.ledger.digests import digest
from autograder.proving.findings import STORE, Findings
from quality.variants import COURSE

PAGE = COURSE.root / "docs" / "measured" / "claims.md"
PICTURE = COURSE.root / "assignments" / "09_pytorch_training_a" / "claims.png"
EPOCHS = 5
CLAIMED = np.array(
    [[1.2847, 78.4, 87.3], [0.5231, 89.1, 91.2], [0.4012, 91.0, 92.4], [0.3524, 92.2, 93.1], [0.3198, 93.0, 93.6]]
)
"""For each epoch the training loss, the accuracy on its batches, and that on the test images."""


@dataclass(frozen=True)
class Setting:
    """The training of a network; `scale` says what the pixels are: from 0 to 1, "standardised", or "0 to 255"."""

    name: str
    rate: float = 0.01
    batch: int = 64
    momentum: float = 0.0
    adam: bool = False
    scale: str = "0 to 1"
    sizes: tuple[int, ...] = (784, 128, 10)


PLAIN = Setting("as the text says")
ADAM = Setting("Adam, 0.001", rate=0.001, adam=True)
EXPLANATIONS = (
    Setting("batches of 32", batch=32),
    Setting("rate 0.02", rate=0.02),
    Setting("momentum 0.5", momentum=0.5),
    Setting("momentum 0.9", momentum=0.9),
    Setting("standardised pixels", scale="standardised"),
    Setting("pixels from 0 to 255", scale="0 to 255"),
    Setting("784-128-64-10", sizes=(784, 128, 64, 10)),
)


def train(setting: Setting, seed: int) -> list[list[float]]:
    """Train once: for each epoch the mean loss, the accuracy on its batches and that on the test images, in %."""
    data = mnist.load()
    images, test_images = (_pixels(part.images, setting.scale) for part in (data.train, data.test))
    labels, test_labels = (torch.from_numpy(part.labels.astype(np.int64)) for part in (data.train, data.test))
    torch.manual_seed(seed)
    model = _network(setting.sizes)
    if setting.adam:
        optimiser: Any = torch.optim.Adam(model.parameters(), setting.rate)
    else:
        optimiser = torch.optim.SGD(model.parameters(), setting.rate, momentum=setting.momentum)
    epochs = []
    for _ in range(EPOCHS):
        loss_sum = right = 0.0
        order: Any = torch.randperm(len(labels))
        for batch in order.split(setting.batch):
            logits = model(images[batch])
            loss: Any = F.cross_entropy(logits, labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            loss_sum += loss.item() * len(batch)
            right += (logits.argmax(1) == labels[batch]).sum().item()
        with torch.no_grad():
            tested = (model(test_images).argmax(1) == test_labels).double().mean().item()
        epochs.append([loss_sum / len(labels), 100 * right / len(labels), 100 * tested])
    return epochs


def _network(sizes: tuple[int, ...]) -> Any:
    layers: list[Any] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _pixels(images: Any, scale: str) -> Any:
    pixels = torch.from_numpy(images.reshape(len(images), -1).astype(np.float32))
    if scale == "0 to 255":
        return pixels
    return pixels / 255 if scale == "0 to 1" else (pixels / 255 - 0.1307) / 0.3081


def runs(seeds: int, seeds_each: int) -> dict[str, Any]:
    """All runs, by setting, as arrays (seeds, epochs, 3); seed by seed, so that an interrupted run is of use."""
    program = Path(__file__).read_bytes()
    found = Findings(COURSE.root / STORE / "claims.jsonl", digest(program, torch.__version__))
    epochs: dict[str, list[list[list[float]]]] = {}
    for seed in range(max(seeds, seeds_each)):
        for setting in (PLAIN, ADAM, *EXPLANATIONS):
            if seed < (seeds if setting in (PLAIN, ADAM) else seeds_each):
                run = found.once(f"{setting.name}, seed {seed}", partial(train, setting, seed))
                epochs.setdefault(setting.name, []).append(run)
    return {name: np.array(of_seeds) for name, of_seeds in epochs.items()}


def accuracy_at(loss: float, found: dict[str, Any]) -> float:
    """Return the accuracy that goes with a mean loss of an epoch, by all epochs of SGD on pixels from 0 to 1."""
    points = np.concatenate([part.reshape(-1, 3) for name, part in found.items() if "255" not in name])
    points = points[np.argsort(points[:, 0])]
    return float(np.interp(loss, points[:, 0], points[:, 1]))


def page(found: dict[str, Any]) -> str:
    """The runs beside the text, as Markdown."""
    lines = [
        "# A text about training on MNIST, measured",
        "",
        "A text says: 784-128-10, plain SGD, rate 0.01, batches of 64, pixels from 0 to 1, five epochs. "
        "`python -m quality.claims` trained that again, and in ways that could explain the text.",
        "",
        "| epoch | loss: text | measured | on its batches: text | measured | on test images: text | measured |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    plain = found[PLAIN.name]
    for epoch in range(EPOCHS):
        cells = [
            f"{CLAIMED[epoch, k]:.4f} | {_spread(plain[:, epoch, k], 3)}"
            if k == 0
            else f"{CLAIMED[epoch, k]:.1f} % | {_spread(plain[:, epoch, k], 1)} %"
            for k in range(3)
        ]
        lines.append(f"| {epoch + 1} | {' | '.join(cells)} |")
    lines += [
        "",
        f"Measured: smallest to largest over {len(plain)} seeds.",
        "",
        "## What could explain it",
        "",
        "| setting | seeds | loss, epochs 1 and 5 | test images, epochs 1 and 5 | off the text at most: loss | test |",
        "|---|---:|---|---|---:|---:|",
        f"| the text | | {CLAIMED[0, 0]:.3f}, {CLAIMED[4, 0]:.3f} | {CLAIMED[0, 2]:.1f}, {CLAIMED[4, 2]:.1f} % | | |",
    ]
    for name, part in found.items():
        mean = part.mean(axis=0)
        off = np.abs(mean - CLAIMED).max(axis=0)
        lines.append(
            f"| {name} | {len(part)} | {mean[0, 0]:.3f}, {mean[4, 0]:.3f} | {mean[0, 2]:.1f}, {mean[4, 2]:.1f} % "
            f"| {off[0]:.2f} | {off[2]:.1f} |"
        )
    pairs = "; ".join(
        f"{loss:.4f} goes with {accuracy_at(loss, found):.1f} %, the text has {share:.1f} %"
        for loss, share, _ in CLAIMED
    )
    adam = found[ADAM.name][:, -1, 2] if ADAM.name in found else np.array([np.nan])
    return "\n".join(
        [
            *lines,
            "",
            "## Losses and accuracies belong together",
            "",
            f"Over all these runs a mean loss of an epoch comes with one accuracy on the same batches: {pairs}.",
            "",
            "## Adam",
            "",
            f"A text says that Adam passes 97 %. Over {len(adam)} seeds: {_spread(adam, 2)} % after five epochs.",
            "",
        ]
    )


def _spread(numbers: Any, digits: int) -> str:
    low, high = f"{np.min(numbers):.{digits}f}", f"{np.max(numbers):.{digits}f}"
    return low if low == high else f"{low} – {high}"


def draw(found: dict[str, Any]) -> Any:
    """Accuracy by epoch, and accuracy by loss: the text's points lie beside the curve of all runs."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    epochs = np.arange(1, EPOCHS + 1)
    for run in found[PLAIN.name]:
        left.plot(epochs, run[:, 2], color="#3b6fb6", alpha=0.4, linewidth=1)
    for name, colour in [("rate 0.02", "#999999"), ("momentum 0.9", "#cccccc")]:
        if name in found:
            left.plot(epochs, found[name].mean(axis=0)[:, 2], "--", color=colour, label=name)
    left.plot([], [], color="#3b6fb6", label=f"measured, {len(found[PLAIN.name])} seeds")
    left.plot(epochs, CLAIMED[:, 2], "o-", color="#e08a2c", label="the text")
    left.set(xlabel="epoch", ylabel="% of the test images", xticks=epochs)
    left.legend(fontsize=8)
    for name, part in found.items():
        if "255" not in name:
            right.plot(part[:, :, 0].ravel(), part[:, :, 1].ravel(), ".", color="#3b6fb6", markersize=4)
    right.plot(CLAIMED[:, 0], CLAIMED[:, 1], "o", color="#e08a2c")
    right.set(xlabel="training loss of an epoch", ylabel="% of its training images")
    return figure


def main() -> None:
    """Make the runs that are missing, and write the page and the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--seeds-each", type=int, default=3)
    options = parser.parse_args()
    if mnist.load().name != "mnist":
        raise UserError("The text is about MNIST, which is not there: `autograder data` fetches it.")
    torch.set_num_threads(1)
    found = runs(options.seeds, options.seeds_each)
    write_atomically(PAGE, page(found))
    draw(found).savefig(PICTURE, dpi=120)
    print(page(found))


if __name__ == "__main__":
    main()
