"""Draw how far twenty seeds of the reference of 10 stay from every threshold that depends on chance.

    python -m quality.spread

Writes `docs/images/thresholds.png`. Ends with 1 where a seed comes nearer to its threshold than half of the way.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import matplotlib as mpl
import numpy as np
import torch
from matplotlib.figure import Figure

from quality.figures import reference
from quality.figures.overfitting import LEAST, NAME, SEEDS, generator, ratio_of
from quality.variants import COURSE

PICTURE = COURSE.root / "docs" / "images" / "thresholds.png"
RIGHT, WRONG, LIMIT = "#3b6fb6", "#e08a2c", "#555555"
RATE = 0.25


def main() -> None:
    """Measure, draw, and say what comes too near."""
    mpl.use("Agg")
    torch.set_num_threads(1)
    module = reference(NAME, "overfitting.py")
    right, wrong = overfitted(module), descended(module)
    shares = {what: np.array([share for seed in range(SEEDS) for share in of(module, seed)]) for what, of in CHANCES}
    draw(right, wrong, shares).savefig(PICTURE, dpi=80, pil_kwargs={"optimize": True})
    near = [f"{what}: {found.max():.2f} of what is allowed" for what, found in shares.items() if found.max() > 1 / 2]
    print(*near, sep="\n", end="\n" if near else "")
    sys.exit(1 if near else 0)


def overfitted(module: Any) -> list[float]:
    """Return last over lowest loss on the curve, of networks that the hidden check of 2.3 asks for."""
    return [ratio_of(module.overfit(generator(seed), hidden=5, width=64, steps=200)[2]) for seed in range(SEEDS)]


def descended(module: Any) -> list[float]:
    """Return the same by plain descent, which is too slow to overfit."""
    ratios = []
    for seed in range(SEEDS):
        source = generator(seed)
        sets = module.make_sets(40, 1.0, source)
        model = module.make_network(5, 64, 0.0, source)
        ratios.append(ratio_of(module.fit(model, sets, torch.optim.SGD(model.parameters(), lr=0.01), 200)))
    return ratios


def samples(module: Any, seed: int) -> Iterator[np.ndarray]:
    """Draw inputs and noise of 4,000 samples, twice."""
    sets = module.make_sets(4000, 0.4, generator(seed))
    for name in ("train", "validation"):
        x, y = (part.numpy().astype(float)[:, 0] for part in sets[name])
        yield from (x, (y - np.sin(3 * x)) / 0.4)


def moment(part: int, power: int, expected: float, allowed: float) -> Callable[[Any, int], Iterator[float]]:
    """Return what takes a mean of the samples' inputs (0) or noise (1), or of their squares."""

    def found(module: Any, seed: int) -> Iterator[float]:
        for numbers in list(samples(module, seed))[part::2]:
            yield abs(float(np.mean(numbers**power)) - expected) / allowed

    return found


def correlations(module: Any, seed: int) -> Iterator[float]:
    """Correlate inputs and noise of both sets."""
    for one, other in combinations(samples(module, seed), 2):
        yield abs(float(np.corrcoef(one, other)[0, 1])) / 0.1


def zeros(module: Any, seed: int) -> Iterator[float]:
    """Count the zeros among 20,000 numbers."""
    yield abs(1 - kept(module, seed, 20_000).mean() - RATE) / 0.02


def neighbours(module: Any, seed: int) -> Iterator[float]:
    """Count the pairs of neighbours with the same fate among 50,000 numbers."""
    mask, agree = kept(module, seed, 50_000), RATE**2 + (1 - RATE) ** 2
    yield abs(float(np.mean(mask[1:] == mask[:-1])) - agree) / (12 * np.sqrt(agree * (1 - agree) / mask.size))


def kept(module: Any, seed: int, count: int) -> np.ndarray:
    """Say of each of so many numbers whether dropout keeps it."""
    found: np.ndarray = module.Dropout(RATE, generator(seed))(torch.ones(count)).numpy() != 0
    return found


CHANCES: list[tuple[str, Callable[[Any, int], Iterator[float]]]] = [
    ("1.1: mean of x", moment(0, 1, 0, 0.06)),
    ("1.1: mean of x²", moment(0, 2, 1 / 3, 0.03)),
    ("1.1: mean of the noise", moment(1, 1, 0, 0.1)),
    ("1.1: mean of its square", moment(1, 2, 1, 0.14)),
    ("1.1: correlations", correlations),
    ("5.1: share of zeros", zeros),
    ("5.1: equal neighbours", neighbours),
]
"""Numbers that depend on chance, each as its distance from the expectation, in shares of what is allowed."""


def draw(right: list[float], wrong: list[float], shares: dict[str, np.ndarray]) -> Figure:
    """Draw the ratios of right and of slow networks, and the distances of all others."""
    figure = Figure(figsize=(9.4, 2.9), layout="constrained")
    left, other = figure.subplots(1, 2)
    medians = np.median(list(combinations(right, 5)), axis=1)
    left.plot(right, [0] * SEEDS, ".", color=RIGHT, alpha=0.6)
    left.plot([medians.min(), medians.max()], [1, 1], color=RIGHT, linewidth=5, solid_capstyle="butt")
    left.plot(wrong, [2] * SEEDS, ".", color=WRONG, alpha=0.6)
    left.axvline(LEAST, color=LIMIT, linestyle="--")
    left.set(xscale="log", yticks=range(3), yticklabels=["one seed", "medians of five", "by SGD, one seed"])
    left.set(ylim=(2.6, -0.6), xticks=[1, 1.2, 2, 4, 8], xticklabels=["1", "1.2", "2", "4", "8"])
    left.set(xlabel="2.3: last over lowest loss on the curve")
    left.minorticks_off()
    for place, found in enumerate(shares.values()):
        other.plot(found, [place] * len(found), ".", color=RIGHT, alpha=0.6)
    other.axvline(1, color=LIMIT, linestyle="--")
    other.set(yticks=range(len(shares)), yticklabels=list(shares), ylim=(len(shares) - 0.4, -0.6), xlim=(0, 1.05))
    other.set(xlabel="distance from the expectation; 1 is the limit")
    return figure


if __name__ == "__main__":
    main()
