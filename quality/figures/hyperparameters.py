"""The numbers of 07: how many settings, and what learning rates, widths and seeds do. Most of it needs MNIST."""

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from autograder.data.mnist import load
from autograder.data.standin import stand_in
from quality.figures import Figure, Measurement, close, reference

NAME = "07_hyperparameters"
SEEDS = (0, 1, 2)
# The table of the handout: rate, losses of the epochs, largest loss, accuracy, dead units.
TABLE = [
    (0.01, (1.89, 1.12, 0.80), 2.48, 0.84, 0.0),
    (0.1, (0.76, 0.36, 0.30), 2.47, 0.87, 0.0),
    (0.5, (0.56, 0.24, 0.17), 2.47, 0.91, 0.0),
    (1.0, (0.96, 0.38, 0.27), 3.11, 0.69, 0.39),
    (2.0, (2.19, 2.02, 2.01), 6.57, 0.20, 0.94),
    (5.0, (3.36, 2.34, 2.33), 24.79, 0.09, 0.98),
    (10.0, (3.75, 2.39, 2.39), 25.31, 0.09, 0.97),
]
CHAOTIC = "From rate 1 on, one rounding more or less leads to another end."


@contextmanager
def _reference() -> Iterator[Any]:
    """The reference's module, beside the network of 05, which is forgotten afterwards."""
    try:
        sys.modules["numpy_network"] = reference(NAME, "numpy_network.py")
        yield reference(NAME, "hyperparameters.py")
    finally:
        sys.modules.pop("numpy_network", None)


def _data(module: Any) -> Any:
    """The images that `prepare` takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "digits.npz")
        module.prepare_command(argparse.Namespace(data=path))
        return module.load_data(path)


def counts() -> list[Figure]:
    """Return what can be counted without a run."""
    with _reference() as module:
        grid = math.prod(len(values) for values in module.FACTORS.values())
        listed = sum(len(values) for values in module.FACTORS.values())
        equal = [setting["width"] for setting in module.equal_settings(module.BASE, [1, 2, 3])]
        return [
            close("settings of the whole grid", 192, grid, 0),
            close("values in the four lists", 15, listed, 0),
            close("settings, one factor at a time", 12, len(module.around(module.BASE, module.FACTORS)), 0),
            close("loss of whoever knows nothing", 2.3026, math.log(10), 5e-5),
            close("bound of a failed run", 2.1875, 0.95 * math.log(10), 5e-5),
            close("example: loss of an epoch", 1.6, float(np.average([2.0, 1.5, 1.0], weights=[4, 4, 2])), 1e-12),
            close("updates of an epoch at 64", 157, math.ceil(10_000 / module.BASE["batch_size"]), 0),
            Figure(
                "widths with equally many parameters", "64, 59, 56", ", ".join(map(str, equal)), equal == [64, 59, 56]
            ),
        ]


def table_of_the_handout() -> list[Figure]:
    """Return what seven rates lead to in three epochs with seed 0, and what a run costs."""
    if load().name != "mnist":
        return []
    figures = []
    with _reference() as module:
        data = _data(module)
        for rate, epochs, largest, accuracy, dead in TABLE:
            record = module.run({**module.BASE, "learning_rate": rate}, data, np.random.default_rng(0))
            remark = CHAOTIC if rate >= 1 else ""
            off = [abs(found - said) for found, said in zip(record["epoch_losses"], epochs, strict=True)]
            figures += [
                close(f"rate {rate:g}: loss of the last epoch", epochs[-1], record["loss"], 0.05 * epochs[-1], remark),
                Figure(
                    f"rate {rate:g}: losses of all epochs",
                    ", ".join(f"{loss:.2f}" for loss in epochs),
                    ", ".join(f"{loss:.2f}" for loss in record["epoch_losses"]),
                    max(off) <= 0.0051,
                    remark,
                ),
                close(f"rate {rate:g}: largest loss", largest, max(record["update_losses"]), 0.0051, remark),
                close(f"rate {rate:g}: accuracy", accuracy, record["accuracy"], 0.0051, remark),
                close(f"rate {rate:g}: dead units", dead, record["dead"], 0.0051, remark),
            ]
    return figures


def what_really_happens() -> list[Figure]:
    """Return what five epochs do at each rate over three seeds, and what tanh does at 10."""
    if load().name != "mnist":
        return []
    with _reference() as module:
        module.EPOCHS, data = 5, _data(module)

        def runs(rate: float) -> list[Any]:
            settings = {**module.BASE, "learning_rate": rate}
            return [module.run(settings, data, np.random.default_rng(seed)) for seed in SEEDS]

        found = {rate: runs(rate) for rate, *_ in TABLE}
        module.HIDDEN = "tanh"
        tanh = runs(10.0)
    losses = {rate: [record["loss"] for record in records] for rate, records in found.items()}
    dead = {rate: [record["dead"] for record in records] for rate, records in found.items()}
    spikes = [max(record["update_losses"][:20]) for rate in (5.0, 10.0) for record in found[rate]]
    finite = all(np.all(np.isfinite(r["update_losses"] + r["epoch_losses"])) for rs in found.values() for r in rs)
    lowest = min(losses, key=lambda rate: float(np.mean(losses[rate])))
    return [
        Figure("losses that are NaN or infinite, up to rate 10", "none", "none" if finite else "some", finite),
        close("rate with the lowest loss", 0.5, lowest, 0),
        _within("dead units at 1", "44–62 %", dead[1.0], 0.30, 0.75, "three seeds; the range moves with the rounding"),
        _within("dead units at 2", "94–98 %", dead[2.0], 0.85, 1.0, "three seeds; the range moves with the rounding"),
        _within("loss at 2", "2.0", losses[2.0], 1.7, 2.35),
        _within("largest loss of the first 20 updates at 5 and 10", "23–25", spikes, 20, 28),
        _within(
            "dead units at 5 and 10", "98 % or more", dead[5.0] + dead[10.0], 0.95, 1.0, "62 or 63 of 64 may be it, too"
        ),
        _within(
            "loss at 5 and 10",
            "ln 10",
            losses[5.0] + losses[10.0],
            2.28,
            2.45,
            "a little above: long steps of the biases",
        ),
        _within("dead units at 10 with tanh", "none", [record["dead"] for record in tanh], 0.0, 0.0),
        _within(
            "loss at 10 with tanh",
            "near 22",
            [record["loss"] for record in tanh],
            10,
            26,
            "far above ln 10 in any case",
        ),
    ]


def after_thoughts() -> list[Figure]:
    """Return what the rubric's examples and the answers say of other activations, more epochs and a last batch."""
    if load().name != "mnist":
        return []
    with _reference() as module:
        data = _data(module)

        def end(rate: float, hidden: str) -> Any:
            module.HIDDEN = hidden
            return module.run({**module.BASE, "learning_rate": rate}, data, np.random.default_rng(0))

        tanh, leaky = end(10.0, "tanh"), end(10.0, "leaky_relu")
        longer = end(0.4, "relu")
        module.EPOCHS = 12
        twelve = [module.run(module.BASE, data, np.random.default_rng(seed))["accuracy"] for seed in SEEDS]
        before, after = _around_the_last_batch(module, data)
    certain = -0.9 * math.log(1e-12)
    return [
        close("loss at 10 with tanh, three epochs", 23, tanh["loss"], 0.5),
        close("loss at 10 with leaky ReLU, three epochs", 24.5, leaky["loss"], 0.5),
        close("dead units at 10 with leaky ReLU", 0, leaky["dead"], 0),
        close("loss of a network that is certain and nine times in ten wrong", 24.9, certain, 0.05),
        _within("accuracy of batches of 64 after 12 epochs", "0.936 to 0.939", twelve, 0.93, 0.945),
        close("loss of batches of 64 at the rate 0.4", 0.18, longer["loss"], 0.01),
        close("accuracy at the rate 1 before its last batch", 0.92, before, 0.0051, CHAOTIC),
        close("accuracy at the rate 1 after its last batch", 0.69, after, 0.0051, CHAOTIC),
    ]


def _around_the_last_batch(module: Any, data: Any) -> tuple[float, float]:
    """The accuracies of the base setting at the rate 1, before its very last update and after it."""
    X, Y, X_val, Y_val = data
    network, activations = module.network, ["relu", "softmax"]
    rng = np.random.default_rng(0)
    parameters, accuracies = network.initialize_parameters([784, module.BASE["width"], 10], "he", rng), []
    for _ in range(3):
        *whole, rest = network.minibatches(X, Y, module.BASE["batch_size"], rng)
        for batches in (whole, [rest]):
            for X_batch, Y_batch in batches:
                parameters, _ = network.train(X_batch, Y_batch, parameters, activations, module.LOSS, 1, 1.0)
            AL, _ = network.forward(X_val, parameters, activations)
            accuracies.append(float(np.mean(AL.argmax(axis=0) == Y_val.argmax(axis=0))))
    return accuracies[-2], accuracies[-1]


def stand_in_rates() -> list[Figure]:
    """Return what the handout says of the small set of digits, which is here on every computer."""
    with _reference() as module, mock.patch("autograder.data.mnist.load", stand_in):
        data = _data(module)
        found = [
            module.run({**module.BASE, "learning_rate": rate}, data, np.random.default_rng(0))
            for rate in (0.001, *(rate for rate, *_ in TABLE))
        ]
    slow, *found = found
    lowest = min(found, key=lambda record: float(record["loss"]))
    whose = [f"{record['learning_rate']:g}" for record in found if record["failed"]]
    return [
        close("stand-in: updates of a run", 57, len(found[0]["update_losses"]), 0),
        close("stand-in: rate with the lowest loss", 0.1, lowest["learning_rate"], 0),
        Figure(
            "stand-in: rates that fail", "0.5, 1, 2, 5, 10", ", ".join(whose), whose == ["0.5", "1", "2", "5", "10"]
        ),
        Figure("stand-in: dead units at 0.01", "a few", f"{found[0]['dead']:.3g}", 0 < found[0]["dead"] < 0.25),
        Figure("stand-in: 0.001 has failed", "True", str(slow["failed"]), slow["failed"]),
    ]


def spreads() -> list[Figure]:
    """Return the accuracies of four widths over three seeds, which the handout draws."""
    if load().name != "mnist":
        return []
    with _reference() as module:
        data, means, distances = _data(module), [], []
        for width in module.FACTORS["width"]:
            setting = {**module.BASE, "width": width}
            some = [module.run(setting, data, np.random.default_rng(seed))["accuracy"] for seed in SEEDS]
            means.append(float(np.mean(some)))
            distances.append(max(some) - min(some))
    return [
        close("lowest mean accuracy of the widths", 0.895, min(means), 0.01),
        close("highest mean accuracy of the widths", 0.911, max(means), 0.01),
        close("largest distance between the seeds of a width", 0.042, max(distances), 0.01),
    ]


def _within(what: str, said: str, found: list[float], low: float, high: float, remark: str = "") -> Figure:
    """A figure that agrees where all that was found lies between two bounds."""
    shown = f"{min(found):.3g} to {max(found):.3g}"
    return Figure(what, said, shown, low <= min(found) and max(found) <= high, remark)


MEASUREMENTS: list[Measurement] = [
    counts,
    table_of_the_handout,
    what_really_happens,
    after_thoughts,
    stand_in_rates,
    spreads,
]
