# /// submission
# about = "Classes of its own for network and run, ModuleLists, closures, and one optimiser's table."
# earns = "everything"
# ///
"""Overfitting, written with modules."""

import copy
import io
from functools import partial
from itertools import pairwise
from math import inf, isnan
from pathlib import Path
from pickle import UnpicklingError

import torch
from matplotlib.figure import Figure
from torch import nn, optim

PARTS = ("train", "validation", "curve")


def truth(x):
    return torch.sin(3.0 * x)


def make_sets(count, noise, generator):
    x = torch.rand((2, count, 1), generator=generator).mul(2).sub(1)
    y = truth(x) + torch.randn((2, count, 1), generator=generator).mul(noise)
    grid = torch.linspace(-1, 1, 400)[:, None]
    return dict(zip(PARTS, [(x[0], y[0]), (x[1], y[1]), (grid, truth(grid))], strict=True))


def linear(n_in, n_out, generator):
    layer = nn.Linear(n_in, n_out)
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -(n_in**-0.5), n_in**-0.5, generator=generator)
    return layer


class Network(nn.Module):
    def __init__(self, hidden, width, dropout, generator):
        super().__init__()
        sizes = [1] + [width] * hidden
        self.hidden = nn.ModuleList(linear(n, k, generator) for n, k in pairwise(sizes))
        self.drops = nn.ModuleList(Dropout(dropout, generator) if dropout else nn.Identity() for _ in self.hidden)
        self.output = linear(sizes[-1], 1, generator)

    def forward(self, x):
        for layer, drop in zip(self.hidden, self.drops, strict=True):
            x = drop(layer(x).clamp(min=0))
        return self.output(x)


def make_network(hidden, width, dropout, generator):
    return Network(hidden, width, dropout, generator)


class measuring:
    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.mode = self.model.training
        self.model.eval()

    def __exit__(self, *_):
        self.model.train(self.mode)


@torch.no_grad()
def evaluate(model, x, y):
    with measuring(model):
        return nn.MSELoss()(model(x), y).item()


def fit(model, sets, optimiser, steps, every=10, strength=0.0, stopper=None):
    x, y = sets["train"]
    history, mode = [], model.training
    for done in range(steps):
        model.train()
        for parameter in model.parameters():
            parameter.grad = None
        (nn.functional.mse_loss(model(x), y) + l2_penalty(model, strength)).backward()
        optimiser.step()
        if (done + 1) % every:
            continue
        history.append({part: evaluate(model, *sets[part]) for part in PARTS})
        if stopper and stopper.update(history[-1]["validation"], model):
            break
    if stopper:
        stopper.restore(model)
    model.train(mode)
    return {part: [check[part] for check in history] for part in PARTS}


def overfit(generator, hidden=5, width=128, steps=300):
    sets = make_sets(40, 1.0, generator)
    model = make_network(hidden, width, 0, generator)
    return model, sets, fit(model, sets, optim.Adam(model.parameters(), lr=0.01), steps)


class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best, self.left, self.file = patience, inf, patience, None

    def update(self, loss, model):
        if loss < self.best:
            self.best, self.left = loss, self.patience
            self.file = io.BytesIO()
            torch.save(model.state_dict(), self.file)
            return False
        self.left -= 1
        return self.left < 0

    def restore(self, model):
        if self.file:
            self.file.seek(0)
            model.load_state_dict(torch.load(self.file, weights_only=True))


def l2_penalty(model, strength):
    return 0.5 * strength * torch.stack([parameter.pow(2).sum() for parameter in model.parameters()]).sum()


@torch.no_grad()
def decay(model, rate, strength):
    for parameter in model.parameters():
        parameter.copy_(parameter - rate * strength * parameter)


class Dropout(nn.Module):
    def __init__(self, rate, generator):
        if not (rate >= 0 and rate < 1):
            raise ValueError("0 <= rate < 1")
        super().__init__()
        self.keep = 1 - rate
        self.draw = partial(torch.rand, generator=generator)

    def forward(self, x):
        return x.masked_fill(self.draw(x.shape) >= self.keep, 0) / self.keep if self.training else x


def summary(runs):
    return {
        name: {part: c[part][k] for part in PARTS}
        for name, c, k in ((name, run["curves"], run["kept"]) for name, run in runs.items())
    }


def choose(table):
    return min(table, key=lambda name: inf if isnan(loss := table[name]["validation"]) else loss)


def draw_runs(runs):
    figure = Figure(figsize=(8, 4))
    axes = figure.subplots()
    for (name, run), colour in zip(runs.items(), "brgkmc", strict=False):
        for part, style in (("train", "-"), ("validation", "--")):
            axes.plot(run["curves"][part], colour + style, label=f"{name} ({part})")
    axes.set(xlabel="check", ylabel="loss")
    figure.legend()
    return figure


def compare(generator, hidden=5, width=128, steps=300):
    sets = make_sets(40, 1.0, generator)
    recipes = {
        "plain": (0, optim.Adam, None),
        "early stopping": (0, optim.Adam, EarlyStopping(5)),
        "dropout": (0.2, optim.Adam, None),
        "weight decay": (0, partial(optim.AdamW, weight_decay=1.0), None),
    }
    start, models, runs = make_network(hidden, width, 0, generator), {}, {}
    for name, (dropout, optimiser, stopper) in recipes.items():
        # All four begin at the same place.
        models[name] = copy.deepcopy(start) if not dropout else make_network(hidden, width, dropout, generator)
        if dropout:
            models[name].load_state_dict(start.state_dict())
        curves = fit(models[name], sets, optimiser(models[name].parameters(), lr=0.01), steps, stopper=stopper)
        losses = curves["validation"]
        runs[name] = {"curves": curves, "kept": losses.index(min(losses)) if stopper else len(losses) - 1}
    table = summary(runs)
    return {"sets": sets, "models": models, "runs": runs, "table": table, "winner": choose(table)}


def save_weights(model, path):
    Path(path).parent.mkdir(exist_ok=True)
    torch.save({name: value.clone() for name, value in model.state_dict().items()}, path)


def load_weights(path, model):
    content = Path(path).read_bytes()
    try:
        state = torch.load(io.BytesIO(content), weights_only=True)
    except UnpicklingError as error:
        raise ValueError("This file has to be unpickled: it is no state_dict.") from error
    except (EOFError, RuntimeError) as error:
        raise ValueError("This file is damaged.") from error
    if not isinstance(state, dict):
        raise ValueError(f"A state_dict is a dict, not a {type(state).__name__}.")
    trial = copy.deepcopy(model)
    try:
        trial.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(str(error)) from None
    model.load_state_dict(state)


def diagnose(train, validation):
    best = min(range(len(validation)), key=validation.__getitem__)
    if validation[-1] > validation[best] * 1.2 and train[-1] < train[best]:
        return "overfitting", best
    return ("underfitting" if train[-1] / train[0] > 0.5 else "healthy"), best
