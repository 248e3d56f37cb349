"""Record what the overfitting figure plays: `python -m release.site.figures.record` writes overfitting.json.

The four networks are those of `overfit` of assignment 10 with the seed 1: the same sets and the same initial weights,
with or without dropout, with Adam or with AdamW's decay. They learn in float64, where machines agree to many digits.
"""

import json
from pathlib import Path
from typing import Any

import torch

from quality.figures import reference

FILE = Path(__file__).with_name("overfitting.json")
SEED, COUNT, NOISE, RATE, CHECKS, EVERY = 1, 15, 0.5, 0.003, 30, 10
DROPOUT, DECAY = 0.2, 1.0
PLACES = 81  # at so many x the page draws what a network answers


def runs() -> dict[str, tuple[float, float]]:
    """Return the four runs by their names in the page, each with its rates of dropout and of decay."""
    return {"plain": (0.0, 0.0), "dropout": (DROPOUT, 0.0), "decay": (0.0, DECAY), "both": (DROPOUT, DECAY)}


def record() -> dict[str, Any]:
    """Train the four networks; return the samples, the losses of each check and the answers at each check."""
    sets = _sets(_reference(), _generator())
    return {
        "samples": {name: _points(sets[name]) for name in ("train", "validation")},
        "runs": {name: record_run(name) for name in runs()},
    }


def record_run(name: str) -> dict[str, Any]:
    """Train one of the four networks; return the losses of each check and the answers at each check."""
    one, generator = _reference(), _generator()
    dropout, decay = runs()[name]
    sets = _sets(one, generator)
    model = one.make_network(5, 128, dropout, generator).double()
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=decay)
    losses: dict[str, list[float]] = {name: [one.evaluate(model, *one_set)] for name, one_set in sets.items()}
    answers = [_answers(model)]
    for _ in range(CHECKS):
        curves = one.fit(model, sets, optimiser, EVERY, every=EVERY)
        for part, values in curves.items():
            losses[part] += values
        answers.append(_answers(model))
    rounded = {part: [round(loss, 9) for loss in values] for part, values in losses.items()}
    return {"losses": rounded, "answers": answers}


def _reference() -> Any:
    torch.set_num_threads(1)
    return reference("10_overfitting", "overfitting.py")


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(SEED)


def _sets(one: Any, generator: torch.Generator) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    drawn = one.make_sets(COUNT, NOISE, generator)
    return {name: (x.double(), y.double()) for name, (x, y) in drawn.items()}


def _answers(model: torch.nn.Module) -> list[float]:
    model.eval()
    with torch.no_grad():
        heights = model(torch.linspace(-1, 1, PLACES, dtype=torch.float64).reshape(-1, 1))
    model.train()
    return [round(height, 3) for height in heights[:, 0].tolist()]


def _points(one_set: tuple[torch.Tensor, torch.Tensor]) -> list[list[float]]:
    return [[round(float(x), 4), round(float(y), 4)] for x, y in zip(*one_set, strict=True)]


if __name__ == "__main__":
    FILE.write_text(json.dumps(record(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"Wrote {FILE.name}.")
