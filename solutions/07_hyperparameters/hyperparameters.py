"""Assignment 07: which learning rate, how wide, how deep? Measured with your own network of assignment 05.

A *setting* is a dict of four numbers: "learning_rate", "width" (units of each hidden layer), "depth" (hidden layers,
0 or more) and "batch_size". `data` is a tuple of four arrays (X, Y, X_val, Y_val), with samples in columns: X (n, m)
and Y (k, m) are to learn from, X_val (n, v) and Y_val (k, v) are never learned from. Y and Y_val are one-hot.

A *record* is what is known of one run, a dict with the four numbers of its setting and
    "images"          m, how many samples it learned from
    "update_losses"   list of the losses of its first 100 updates, fewer if there were fewer
    "epoch_losses"    list of the losses of its epochs
    "loss"            the last one of "epoch_losses"
    "accuracy"        the share of the samples X_val that the trained network reads
    "dead"            the share of its hidden units that are dead after training
    "failed"          True or False
    "seconds"         how long it took, which is never judged
and, once `sweep` has it, the "seed" of its generator.

Of `numpy_network` call these four only, through the module: `network.initialize_parameters`, `network.minibatches`,
`network.train` and `network.forward`. No function changes its arguments, and randomness comes from `rng`, a
numpy.random.Generator.
"""

import argparse
import csv
import math
import time
import warnings
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import numpy_network as network
from tqdm import tqdm

EPOCHS = 3
HIDDEN = "relu"
LOSS = "categorical_cross_entropy"
FACTORS = {
    "learning_rate": [0.001, 0.01, 0.1, 1.0],
    "width": [32, 64, 128, 256],
    "depth": [1, 2, 3],
    "batch_size": [16, 32, 64, 128],
}
BASE = {"learning_rate": 0.1, "width": 64, "depth": 1, "batch_size": 64}
RATES = [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0]
SEEDS = [0, 1, 2]


# Part 1: which settings.


def settings(base, factor, values):
    """The base setting with other values of one factor (task 1.1).

    base: a setting. factor: one of its four keys; anything else raises ValueError, whatever the values are. values: a
    list of numbers.
    Returns a list of settings, one for each value, in the order of the values. Each is a dict of its own.
    """
    ### BEGIN SOLUTION
    if factor not in base:
        raise ValueError(f"There is no factor {factor!r}.")
    return [{**base, factor: value} for value in values]
    ### END SOLUTION


def around(base, factors):
    """All settings that differ from the base setting in one factor at most (task 1.2). May call `settings`.

    factors: a dict from a factor to the list of its values. Returns a list of settings, each of them once: those of
    the first factor in the order of its values, then those of the second one, and so on. The base setting stands where
    it comes up first.
    """
    ### BEGIN SOLUTION
    found = []
    for factor, values in factors.items():
        found += [setting for setting in settings(base, factor, values) if setting not in found]
    return found
    ### END SOLUTION


# Part 2: one run. Task 2.1 judges your numpy_network.py of assignment 05. Put it into this folder.


def dead_share(X, parameters, activations):
    """The share of the hidden units that are dead (task 2.2). May call `network.forward`.

    A unit is dead if it answers 0 to every sample. X: array (n, m). parameters, activations: of a network, as in 05.
    Returns a number from 0 to 1: dead units of all hidden layers, divided by the units of all hidden layers; 0.0 where
    there is no hidden layer.
    """
    ### BEGIN SOLUTION
    _, caches = network.forward(X, parameters, activations)
    hidden = [A_prev for A_prev, _, _, _ in caches[1:]]  # what a layer gets is what the hidden layer before it answers
    if not hidden:
        return 0.0
    return float(np.mean(np.concatenate([np.all(A == 0, axis=1) for A in hidden])))
    ### END SOLUTION


def failed(loss):
    """Whether a run that ends with this loss has failed, True or False (task 2.3).

    It has if the loss is not finite, or larger than 0.95·ln 10.
    """
    ### BEGIN SOLUTION
    return not math.isfinite(loss) or loss > 0.95 * math.log(10)
    ### END SOLUTION


def run(setting, data, rng):
    """Train a network with this setting for EPOCHS epochs, and say what happened (tasks 2.4 and 2.5).

    May call `dead_share`, `failed` and the four functions of `network`.
    The layers are n, `depth` times `width`, and k units, with HIDDEN in the hidden layers and softmax in the last one;
    the weights are drawn by "he", then the batches of each epoch by `minibatches`, all with `rng`. Each batch makes one
    update: `network.train` with this batch as the full batch and one epoch makes it, under LOSS.
    The loss of an update is that of its batch, just before the update. The loss of an epoch is the mean over its
    samples of the loss of each, just before the update on its batch.
    "dead" is measured on X, "accuracy" on X_val; the class that the network finds most likely is its answer.
    The run ends with the first update whose loss is not finite. "update_losses" has this loss, too (of the first 100).
    The epoch that it ended has a loss that is not finite, NaN or infinite, and no epoch follows. "accuracy" and "dead"
    are NaN then. NumPy does not warn (`np.errstate(all="ignore")`).
    Returns a record, without "seed".
    """
    ### BEGIN SOLUTION
    X, Y, X_val, Y_val = data
    started = time.perf_counter()
    layers = [len(X), *[setting["width"]] * setting["depth"], len(Y)]
    activations = [HIDDEN] * setting["depth"] + ["softmax"]
    parameters = network.initialize_parameters(layers, "he", rng)
    update_losses, epoch_losses = [], []
    accuracy = dead = math.nan
    with np.errstate(all="ignore"):
        while len(epoch_losses) < EPOCHS and np.all(np.isfinite(epoch_losses)):
            parameters, losses, loss = train_epoch(parameters, activations, X, Y, setting, rng)
            update_losses += losses
            epoch_losses.append(loss)
        if math.isfinite(epoch_losses[-1]):
            AL, _ = network.forward(X_val, parameters, activations)
            accuracy = float(np.mean(AL.argmax(axis=0) == Y_val.argmax(axis=0)))
            dead = dead_share(X, parameters, activations)
    return {
        **setting,
        "images": X.shape[1],
        "update_losses": update_losses[:100],
        "epoch_losses": epoch_losses,
        "loss": epoch_losses[-1],
        "accuracy": accuracy,
        "dead": dead,
        "failed": failed(epoch_losses[-1]),
        "seconds": time.perf_counter() - started,
    }
    ### END SOLUTION


# Functions that `run` needs, if you want any.
### BEGIN SOLUTION
def train_epoch(parameters, activations, X, Y, setting, rng):
    """One epoch: the parameters after it, the losses of its updates, and its own loss."""
    losses, total = [], 0.0
    for X_batch, Y_batch in network.minibatches(X, Y, setting["batch_size"], rng):
        parameters, (loss,) = network.train(
            X_batch, Y_batch, parameters, activations, LOSS, 1, setting["learning_rate"]
        )
        losses.append(loss)
        total += loss * X_batch.shape[1]
        if not math.isfinite(loss):
            break
    return parameters, losses, total / X.shape[1]


### END SOLUTION
# Part 3: many runs.


def sweep(settings, seeds, data, path, progress=tqdm):
    """Run every setting with every seed, and keep the records in a CSV file (tasks 3.1 and 3.2).

    May call `run`, `read_records` and `append_record`. settings: a list of settings, none of them twice. seeds: a list
    of ints, none of them twice; the generator of a run is numpy.random.default_rng(seed), a new one for each run.
    path: the file. Each record goes there, with its "seed", as soon as its run has ended. A run that the file holds
    already is not run again, a failed run neither, and stays there. A run is known by the four numbers of its setting
    and by its seed. progress: a function that takes the list of what is to be run now and returns the same items one by
    one, drawing a bar meanwhile; an item is whatever you put into the list. Call it once, with everything that is not
    in the file yet, and run what you get from it. Returns the list of the records of these settings and seeds: those of
    the first setting, in the order of the seeds, then those of the second one, and so on.
    """
    ### BEGIN SOLUTION
    known = {identity(record, record["seed"]): record for record in read_records(path)}
    wanted = [(setting, seed) for setting in settings for seed in seeds]
    for setting, seed in progress([one for one in wanted if identity(*one) not in known]):
        record = {**run(setting, data, np.random.default_rng(seed)), "seed": seed}
        append_record(path, record)
        known[identity(setting, seed)] = record
    return [known[identity(*one)] for one in wanted]
    ### END SOLUTION


# Functions that `sweep` and `best` need, if you want any.
### BEGIN SOLUTION
def setting_of(record):
    """The four numbers of a setting, in the order of FACTORS."""
    return tuple(record[factor] for factor in FACTORS)


def identity(setting, seed):
    """What tells a run from all others."""
    return (*setting_of(setting), seed)


### END SOLUTION
# Part 4: which setting is best?


def best(records):
    """The setting with the highest accuracy, in the mean over its runs (task 4.1).

    records: a list of records, in any order, of one setting or several, each with one seed or several. A setting with
    a run that failed is never the best one. Of several with the same mean the one whose record stands first is it.
    Raises ValueError where no setting is left. Returns a setting, a dict of four numbers.
    """
    ### BEGIN SOLUTION
    accuracies, out = {}, set()
    for record in records:
        key = setting_of(record)
        accuracies.setdefault(key, []).append(record["accuracy"])
        if record["failed"]:
            out.add(key)
    means = {key: np.mean(values) for key, values in accuracies.items() if key not in out}
    if not means:
        raise ValueError("Every setting has failed.")
    return dict(zip(FACTORS, max(means, key=means.get), strict=True))
    ### END SOLUTION


# Part 5: pictures. Each function returns its figure.


def draw_losses(records):
    """The loss of each update, a curve for each record, named by its learning rate (task 5.1). May call `new_axes`.

    records: a list of records with different learning rates; their losses are above 0, NaN or infinite.
    All curves stand on one logarithmic axis, which ends at 100 or below, however large a loss is, and shows every loss
    from 0.01 to 30. Both axes have labels, and a legend has each learning rate as a number: the curve at 0.1
    may be called "0.1", "rate 0.10" or "0.1 (failed)".
    """
    ### BEGIN SOLUTION
    figure, axes = new_axes()
    for record in records:
        losses = record["update_losses"]
        label = f"{record['learning_rate']:g}" + (" (failed)" if record["failed"] else "")
        axes.plot(range(1, len(losses) + 1), losses, label=label)
    axes.set(yscale="log", ylim=(0.01, 100), xlabel="update", ylabel="loss of its batch")
    axes.legend(title="learning rate", loc="upper right", ncols=2)
    return figure
    ### END SOLUTION


def draw_factor(records, factor):
    """The accuracy against the values of one factor, with its spread over the seeds (task 5.2). May call `new_axes`.

    records: a list of records, in any order, with two values of the factor or more, above 0, and with one seed or
    several for each. Runs that failed are left out. The picture shows the mean of each value and how far its runs lie
    apart: single points, or bars from the lowest to the highest, or by the standard deviation. Both axes have labels;
    that of the x axis names the factor, as its key or in words ("learning rate").
    """
    ### BEGIN SOLUTION
    figure, axes = new_axes()
    accuracies = {}
    for record in records:
        if not record["failed"]:
            accuracies.setdefault(record[factor], []).append(record["accuracy"])
    values = sorted(accuracies)
    means = np.array([np.mean(accuracies[value]) for value in values])
    below = means - [min(accuracies[value]) for value in values]
    above = [max(accuracies[value]) for value in values] - means
    axes.errorbar(values, means, yerr=[below, above], capsize=4, marker="o")
    axes.set(xscale="log", xlabel=factor.replace("_", " "), ylabel="accuracy")
    axes.set_xticks(values, [f"{value:g}" for value in values])
    axes.minorticks_off()
    return figure
    ### END SOLUTION


# From here on, everything is given, and nothing is graded.

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


def new_axes():
    """A figure and its axes."""
    figure, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    axes.set_prop_cycle(color=["#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#aa4499", "#000000"])
    axes.grid(alpha=0.3)
    return figure, axes


def equal_settings(base, depths, inputs=784, outputs=10):
    """The base setting at other depths, with widths that come nearest to its number of parameters."""

    def parameters(width, depth):
        layers = [inputs, *[width] * depth, outputs]
        return sum(n_out * (n_in + 1) for n_in, n_out in pairwise(layers))

    aim = parameters(base["width"], base["depth"])
    widths = {depth: min(range(1, 1000), key=lambda width: abs(parameters(width, depth) - aim)) for depth in depths}
    return [{**base, "depth": depth, "width": width} for depth, width in widths.items()]


def load_data(path):
    """`data`, from the file that `prepare` has made."""
    with np.load(path, allow_pickle=False) as file:
        return tuple(file[name] for name in ["X", "Y", "X_val", "Y_val"])


def prepare_command(options):
    """Write digits of this computer to a file: 10,000 to learn from and 2,000 others, or 1,200 and 300 of the stand-in.

    All are images to train on. Those to test on are for the very end.
    """
    from autograder.data.mnist import load

    digits = load()
    count, others = (1_200, 300) if digits.name == "digits" else (10_000, 2_000)
    arrays = {}
    for end, part in [("", slice(count)), ("_val", slice(count, count + others))]:
        arrays[f"X{end}"] = np.float32(digits.train.images[part].reshape(-1, 784).T) / 255
        arrays[f"Y{end}"] = np.float32(np.arange(10)[:, np.newaxis] == digits.train.labels[part])
    np.savez_compressed(options.data, **arrays)
    print(f"Wrote {count} images of {digits.name} to learn from, and {others} others, to {options.data}.")
    if digits.name == "digits":
        print("MNIST is not here, and the small set of digits stands in for it. `autograder data` fetches MNIST.")


def with_warnings(function, *arguments):
    """What a function returns, and how many warnings it has caused."""
    with warnings.catch_warnings(record=True) as caused:
        warnings.simplefilter("always")
        return function(*arguments), len(caused)


def one_command(options):
    """Run one setting and print its record."""
    setting = {factor: getattr(options, factor) for factor in FACTORS}
    record, count = with_warnings(run, setting, load_data(options.data), np.random.default_rng(options.seed))
    print("largest loss of an update:", max(record["update_losses"]))
    for name in ["epoch_losses", *NUMBERS]:
        print(f"{name}: {record[name]}")
    print(f"{count} warnings")


def rates_command(options):
    """Run the base setting with the seven learning rates: rates.csv and rates.png."""
    records = sweep(settings(BASE, "learning_rate", RATES), [0], load_data(options.data), "rates.csv")
    draw_losses(records).savefig("rates.png", dpi=120)
    print_table(records)


def factors_command(options):
    """Run one factor at a time, with three seeds: factors.csv and a picture of each factor."""
    records = sweep(around(BASE, FACTORS), SEEDS, load_data(options.data), "factors.csv")
    print_table(records)
    for factor in FACTORS:
        others = [other for other in FACTORS if other != factor]
        varied = [record for record in records if all(record[other] == BASE[other] for other in others)]
        draw_factor(varied, factor).savefig(f"factor_{factor}.png", dpi=120)
    print("The best one:", best(records))


def equal_command(options):
    """Run depths 1, 2 and 3 with equally many parameters, with three seeds: equal.csv."""
    print_table(sweep(equal_settings(BASE, FACTORS["depth"]), SEEDS, load_data(options.data), "equal.csv"))


def print_table(records):
    """Print the records in rows."""
    print("    rate  width  depth  batch  seed     loss  largest  accuracy    dead")
    for record in records:
        print(
            f"{record['learning_rate']:8g}{record['width']:7}{record['depth']:7}{record['batch_size']:7}"
            f"{record['seed']:6}{record['loss']:9.4f}{max(record['update_losses']):9.3f}{record['accuracy']:10.4f}"
            f"{record['dead']:8.3f}{'  failed' if record['failed'] else ''}"
        )


def main():
    """Read the command line and carry out the command that it names."""
    parser = argparse.ArgumentParser(description="Learning rates, widths, depths and batch sizes, measured.")
    commands = parser.add_subparsers(required=True)
    for name, function in [
        ("prepare", prepare_command),
        ("one", one_command),
        ("rates", rates_command),
        ("factors", factors_command),
        ("equal", equal_command),
    ]:
        command = commands.add_parser(name, help=function.__doc__)
        command.add_argument("--data", default="digits.npz", help="file that `prepare` makes (default: digits.npz)")
        command.set_defaults(function=function)
        if name == "one":
            for factor, value in BASE.items():
                command.add_argument(f"--{factor.replace('_', '-')}", type=type(value), default=value)
            command.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.perf_counter()
    options.function(options)
    print(f"It took {time.perf_counter() - started:.0f} seconds, with {Path(network.__file__).name}.")


if __name__ == "__main__":
    main()
