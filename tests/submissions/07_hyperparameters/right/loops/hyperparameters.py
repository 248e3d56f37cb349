# /// submission
# about = "Plain loops and lists, a few long functions, the csv module where helpers were given; no class, no helper."
# earns = "everything"
# ///
import csv
import math
import os
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
import numpy_network as network
from tqdm import tqdm

EPOCHS = 3
HIDDEN = "relu"
LOSS = "categorical_cross_entropy"


def settings(base, factor, values):
    known = False
    for key in base:
        if key == factor:
            known = True
    if not known:
        raise ValueError("unknown factor " + str(factor))
    result = []
    for v in values:
        s = {}
        for key in base:
            s[key] = base[key]
        s[factor] = v
        result.append(s)
    return result


def around(base, factors):
    result = []
    for factor in factors:
        for s in settings(base, factor, factors[factor]):
            there = False
            for other in result:
                if all(other[k] == s[k] for k in s):
                    there = True
            if not there:
                result.append(s)
    return result


def dead_share(X, parameters, activations):
    caches = network.forward(X, parameters, activations)[1]
    dead, units = 0, 0
    for layer in range(1, len(caches)):
        A = caches[layer][0]
        for unit in range(A.shape[0]):
            units += 1
            if not A[unit].any():
                dead += 1
    if units == 0:
        return 0.0
    return dead / units


def failed(loss):
    if np.isnan(loss) or np.isinf(loss):
        return True
    return loss > 0.95 * np.log(10)


def run(setting, data, rng):
    t0 = time.time()
    X, Y, X_val, Y_val = data
    dims = [X.shape[0]]
    acts = []
    for _ in range(setting["depth"]):
        dims.append(setting["width"])
        acts.append(HIDDEN)
    dims.append(Y.shape[0])
    acts.append("softmax")
    old = np.seterr(all="ignore")
    params = network.initialize_parameters(dims, "he", rng)
    first, epochs, over = [], [], False
    for _ in range(EPOCHS):
        if over:
            break
        weighted, count = 0.0, 0
        for xb, yb in network.minibatches(X, Y, setting["batch_size"], rng):
            params, costs = network.train(xb, yb, params, acts, LOSS, 1, setting["learning_rate"])
            c = float(costs[0])
            if len(first) < 100:
                first.append(c)
            weighted += c * xb.shape[1]
            count += xb.shape[1]
            if not np.isfinite(c):
                over = True
                break
        epochs.append(math.nan if over else weighted / count)
    rec = dict(setting)
    rec["images"] = X.shape[1]
    rec["update_losses"] = first
    rec["epoch_losses"] = epochs
    rec["loss"] = epochs[-1]
    rec["failed"] = failed(epochs[-1])
    if over:
        rec["accuracy"] = float("nan")
        rec["dead"] = float("nan")
    else:
        out = network.forward(X_val, params, acts)[0]
        right = 0
        for j in range(X_val.shape[1]):
            if np.argmax(out[:, j]) == np.argmax(Y_val[:, j]):
                right += 1
        rec["accuracy"] = right / X_val.shape[1]
        rec["dead"] = dead_share(X, params, acts)
    np.seterr(**old)
    rec["seconds"] = time.time() - t0
    return rec


def sweep(settings, seeds, data, path, progress=tqdm):
    have = {}
    if os.path.exists(path):
        for r in read_records(path):
            have[(r["learning_rate"], r["width"], r["depth"], r["batch_size"], r["seed"])] = r
    todo = []
    for s in settings:
        for seed in seeds:
            if (s["learning_rate"], s["width"], s["depth"], s["batch_size"], seed) not in have:
                todo.append([s, seed])
    for s, seed in progress(todo):
        r = run(s, data, np.random.default_rng(seed))
        r["seed"] = seed
        append_record(path, r)
        have[(s["learning_rate"], s["width"], s["depth"], s["batch_size"], seed)] = r
    out = []
    for s in settings:
        for seed in seeds:
            out.append(have[(s["learning_rate"], s["width"], s["depth"], s["batch_size"], seed)])
    return out


def best(records):
    names = ["learning_rate", "width", "depth", "batch_size"]
    winner, highest = None, -1.0
    for r in records:
        same = []
        for other in records:
            if all(other[n] == r[n] for n in names):
                same.append(other)
        if any(other["failed"] for other in same):
            continue
        mean = math.fsum(other["accuracy"] for other in same) / len(same)
        if mean > highest:
            winner, highest = r, mean
    if winner is None:
        raise ValueError("nothing is left")
    return {n: winner[n] for n in names}


def draw_losses(records):
    fig = plt.figure()
    for r in records:
        plt.semilogy(np.arange(len(r["update_losses"])), r["update_losses"], label="eta = " + str(r["learning_rate"]))
    plt.ylim(0.005, 60)
    plt.xlabel("update")
    plt.ylabel("loss")
    plt.legend()
    return fig


def draw_factor(records, factor):
    fig, ax = plt.subplots()
    ok = [r for r in records if not r["failed"]]
    xs = sorted({r[factor] for r in ok})
    ys = [[r["accuracy"] for r in ok if r[factor] == x] for x in xs]
    ax.bar(range(len(xs)), [sum(y) / len(y) for y in ys], yerr=[np.std(y) for y in ys])
    ax.set_xticks(range(len(xs)), [str(x) for x in xs])
    ax.set_xlabel(factor)
    ax.set_ylabel("accuracy on X_val")
    return fig


UPDATES = [f"update_{number}" for number in range(1, 101)]
WHOLE = ["width", "depth", "batch_size", "seed", "images"]
NUMBERS = ["loss", "accuracy", "dead", "failed", "seconds"]


def append_record(path, record):
    names = ["learning_rate", *WHOLE, *NUMBERS, "epochs", "updates"]
    names += [f"epoch_{number}" for number in range(1, EPOCHS + 1)] + UPDATES
    row = dict.fromkeys(names, "nan")
    for name in ["learning_rate", *WHOLE, *NUMBERS]:
        row[name] = repr(float(record[name])) if name not in WHOLE else str(record[name])
    row["epochs"], row["updates"] = str(len(record["epoch_losses"])), str(len(record["update_losses"]))
    for number, loss in enumerate(record["epoch_losses"]):
        row[f"epoch_{number + 1}"] = repr(float(loss))
    for number, loss in enumerate(record["update_losses"]):
        row[f"update_{number + 1}"] = repr(float(loss))
    new = not os.path.exists(path)
    with open(path, "a", newline="") as file:
        if new:
            print(",".join(names), file=file)
        print(",".join(row[name] for name in names), file=file)


def read_records(path):
    records = []
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            record = {"learning_rate": float(row["learning_rate"]), "failed": row["failed"] == "1.0"}
            for name in ["loss", "accuracy", "dead", "seconds"]:
                record[name] = float(row[name])
            for name in WHOLE:
                record[name] = int(row[name])
            record["update_losses"] = [float(row[name]) for name in UPDATES[: int(row["updates"])]]
            record["epoch_losses"] = [float(row[f"epoch_{n + 1}"]) for n in range(int(row["epochs"]))]
            records.append(record)
    return records


def with_warnings(function, *arguments):
    """What a function returns, and how many warnings it has caused."""
    with warnings.catch_warnings(record=True) as caused:
        warnings.simplefilter("always")
        return function(*arguments), len(caused)
