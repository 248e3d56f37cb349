# /// submission
# about = "Generators, itertools and a small class for the course of a run; arrays in the records, and NumPy in best."
# earns = "everything"
# ///
import csv
import itertools
import math
import time
import warnings
from collections import defaultdict
from operator import itemgetter
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import numpy_network
import tqdm as bars

EPOCHS = 3
HIDDEN = "relu"
LOSS = "categorical_cross_entropy"
KEYS = ("learning_rate", "width", "depth", "batch_size")
four = itemgetter(*KEYS)


def settings(base, factor, values):
    """Raises ValueError for a factor that the base has not."""
    if factor not in KEYS:
        raise ValueError(factor)
    return [base | {factor: value} for value in values]


def around(base, factors):
    """Each setting once: the first of those that are alike."""
    every = itertools.chain.from_iterable(settings(base, *item) for item in factors.items())
    seen = {}
    for setting in every:
        seen.setdefault(four(setting), setting)
    return list(seen.values())


def dead_share(X, parameters, activations):
    """One number, from the largest output of each unit in size."""
    _, caches = numpy_network.forward(X, parameters, activations)
    sizes = [np.abs(cache[0]).max(axis=1) for cache in caches[1:]]
    return np.mean(np.hstack(sizes) == 0) if sizes else 0.0


def failed(loss):
    """Not below the bound, which NaN is not either; minus infinity by itself."""
    return bool(not (-math.inf < loss <= 0.95 * math.log(10)))


class Course:
    """The losses of a run, and whether it is over."""

    def __init__(self):
        self.updates, self.epochs, self.over = [], [], False

    def epoch(self, losses, sizes):
        """Note the losses of an epoch."""
        self.over = not np.isfinite(losses[-1])
        self.updates.extend(losses[: 100 - len(self.updates)])
        self.epochs.append(np.nan if self.over else np.average(losses, weights=sizes))


def updates(batches, state, acts, rate):
    """Train batch by batch: the loss and the size of each, up to the first loss that is not finite."""
    for x, y in batches:
        state["parameters"], costs = numpy_network.train(x, y, state["parameters"], acts, LOSS, 1, rate)
        yield costs[0], x.shape[1]
        if not np.isfinite(costs[0]):
            return


@np.errstate(all="ignore")
def run(setting, data, rng):
    """A record."""
    begun, (X, Y, X_val, Y_val) = time.perf_counter(), data
    rate, width, depth, size = four(setting)
    acts = [HIDDEN] * depth + ["softmax"]
    dims = (X.shape[0], *itertools.repeat(width, depth), Y.shape[0])
    state, course = {"parameters": numpy_network.initialize_parameters(list(dims), "he", rng)}, Course()
    for _ in range(EPOCHS):
        batches = numpy_network.minibatches(X, Y, size, rng)
        course.epoch(*map(list, zip(*updates(batches, state, acts, rate), strict=True)))
        if course.over:
            break
    accuracy = dead = np.nan
    if not course.over:
        answers, _ = numpy_network.forward(X_val, state["parameters"], acts)
        accuracy = np.mean(np.argmax(answers, axis=0) == np.argmax(Y_val, axis=0))
        dead = dead_share(X, state["parameters"], acts)
    return setting | {
        "images": X.shape[1],
        "update_losses": np.array(course.updates),
        "epoch_losses": np.array(course.epochs),
        "loss": course.epochs[-1],
        "accuracy": accuracy,
        "dead": dead,
        "failed": failed(course.epochs[-1]),
        "seconds": time.perf_counter() - begun,
    }


def sweep(settings, seeds, data, path, progress=bars.tqdm):
    """The file is read again at the end, so that what comes back is what it holds."""
    wanted = list(itertools.product(settings, seeds))
    there = {(*four(record), record["seed"]) for record in read_records(path)}
    for setting, seed in progress([one for one in wanted if (*four(one[0]), one[1]) not in there]):
        append_record(path, run(setting, data, np.random.default_rng(seed)) | {"seed": seed})
    found = {(*four(record), record["seed"]): record for record in read_records(path)}
    return [found[(*four(setting), seed)] for setting, seed in wanted]


def best(records):
    """The first of the settings with the highest mean."""
    groups = defaultdict(list)
    for record in records:
        groups[four(record)].append(record)
    sound = [group for group in groups.values() if not any(record["failed"] for record in group)]
    if not sound:
        raise ValueError("no setting is left")
    means = np.array([np.mean([record["accuracy"] for record in group]) for group in sound])
    return {key: sound[int(means.argmax())][0][key] for key in KEYS}


def draw_losses(records):
    """Curves that are cut off at the top."""
    figure, axes = plt.subplots()
    for record in sorted(records, key=itemgetter("learning_rate")):
        losses = np.array(record["update_losses"], dtype=float)
        losses[~np.isfinite(losses)] = 90.0
        axes.plot(np.minimum(losses, 90.0), ".-", label=f"{record['learning_rate']:.4f}")
    axes.set_yscale("log")
    axes.set_ylim(1e-2, 1e2)
    axes.set_xlabel("update")
    axes.set_ylabel("loss")
    axes.axhline(math.log(10), color="grey", linestyle=":")
    figure.legend(loc="upper right")
    return figure


def draw_factor(records, factor):
    """Box plots."""
    axes = plt.figure().add_subplot()
    groups = defaultdict(list)
    for record in records:
        if not record["failed"]:
            groups[record[factor]].append(record["accuracy"])
    values = sorted(groups)
    axes.boxplot([groups[value] for value in values], showmeans=True, whis=(0, 100))
    axes.set_xticks(range(1, len(values) + 1), [f"{value:g}" for value in values])
    axes.set_xlabel(factor.replace("_", " ").capitalize())
    axes.set_ylabel("Accuracy")
    return axes


UPDATES = [f"update_{number}" for number in range(1, 101)]
WHOLE = ["width", "depth", "batch_size", "seed", "images"]
NUMBERS = ["loss", "accuracy", "dead", "failed", "seconds"]


def append_record(path, record):
    """Write a record, with its seed, to the end of a CSV file, which is made if it is not there."""
    row = {name: record[name] for name in ["learning_rate", *WHOLE, *NUMBERS]}
    row["failed"] = int(record["failed"])
    row |= {f"epoch_{number}": math.nan for number in range(1, EPOCHS + 1)} | dict.fromkeys(UPDATES, math.nan)
    row |= {f"epoch_{number}": loss for number, loss in enumerate(record["epoch_losses"], start=1)}
    row |= dict(zip(UPDATES, record["update_losses"], strict=False))
    row |= {"epochs": len(record["epoch_losses"]), "updates": len(record["update_losses"])}
    new = not Path(path).exists()
    with open(path, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        if new:
            writer.writeheader()
        writer.writerow({name: float(value) if name not in WHOLE else value for name, value in row.items()})


def read_records(path):
    """The records that a CSV file holds; none where there is no such file."""
    if not Path(path).exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if None not in row.values()]  # a last line that is cut off
    return [as_record({name: float(value) for name, value in row.items()}) for row in rows]


def as_record(row):
    """The record in a row of the CSV file."""
    record = {name: row[name] for name in ["learning_rate", *NUMBERS]} | {name: int(row[name]) for name in WHOLE}
    record["update_losses"] = [row[name] for name in UPDATES[: int(row["updates"])]]
    record["epoch_losses"] = [row[f"epoch_{number}"] for number in range(1, int(row["epochs"]) + 1)]
    return {**record, "failed": bool(row["failed"])}


def with_warnings(function, *arguments):
    """What a function returns, and how many warnings it has caused."""
    with warnings.catch_warnings(record=True) as caused:
        warnings.simplefilter("always")
        return function(*arguments), len(caused)
