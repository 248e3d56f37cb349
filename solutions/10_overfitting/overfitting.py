"""Assignment 10: overfitting, how to see it, and what helps.

Samples stand in rows. A *set* is a tuple (x, y) of two float tensors (m, 1): m inputs and m targets, m is 1 or more.
*Three sets* are a dict of sets: "train" to learn from, "validation" to choose by, and "curve" to judge by.
A *check* measures all three losses of a model, and *curves* are a dict with a list for each of the same three names:
the losses of the first check, of the second, and so on. Every loss is a mean squared error, without any penalty.

Randomness comes from `generator`, a torch.Generator; nothing is drawn from PyTorch's global one. Apart from training,
which changes the model and the optimiser, no function changes its arguments unless its docstring says so.
"""

import math

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

SETS = ["train", "validation", "curve"]
REMEDIES = ["plain", "early stopping", "dropout", "weight decay"]


# Part 1: data and a network.


def make_sets(count, noise, generator):
    """Draw three sets of the curve sin(3x) on [-1, 1] (task 1.1).

    count: int, 1 or more. noise: number, 0 or more. generator: a torch.Generator.
    Returns three sets, all of float32. "train" and "validation" have `count` samples each, drawn one by one: x uniform
    between -1 and 1, y = sin(3x) + noise·n with a standard normal number n for each sample. "curve" has 400 x, equally
    far apart, from -1 up to 1, with y = sin(3x) and no noise.
    """
    ### BEGIN SOLUTION

    def noisy():
        x = 2 * torch.rand(count, 1, generator=generator) - 1
        return x, torch.sin(3 * x) + noise * torch.randn(count, 1, generator=generator)

    grid = torch.linspace(-1, 1, 400).reshape(400, 1)
    return {"train": noisy(), "validation": noisy(), "curve": (grid, torch.sin(3 * grid))}
    ### END SOLUTION


def linear(n_in, n_out, generator):
    """Make a layer as `nn.Linear` does, with its initial weights drawn from `generator`. Given."""
    layer = nn.Linear(n_in, n_out)
    bound = 1 / math.sqrt(n_in)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    return layer


def make_network(hidden, width, dropout, generator):
    """Make a network from one number to one number (task 1.2). May call `linear` and `Dropout`.

    hidden: int, how many hidden layers, 0 or more. width: int, units in each of them, 1 or more. dropout: number from 0
    up to, but not including, 1. generator: a torch.Generator, for the initial weights and for dropout.
    Returns an nn.Module that takes a float32 tensor (m, 1) and answers with one (m, 1). Each hidden layer is a `linear`
    layer, then a ReLU, then, if dropout is above 0, a `Dropout` of that rate. After them comes one more `linear`
    layer, with nothing behind it. `parameters()` yields W1 (width, 1), b1 (width,), W2 (width, width) and so on.
    """
    ### BEGIN SOLUTION
    layers, n_in = [], 1
    for _ in range(hidden):
        layers += [linear(n_in, width, generator), nn.ReLU()]
        if dropout > 0:
            layers.append(Dropout(dropout, generator))
        n_in = width
    return nn.Sequential(*layers, linear(n_in, 1, generator))
    ### END SOLUTION


# Part 2: training with all curves in view.


def evaluate(model, x, y):
    """Measure the loss of a model on a set (task 2.1).

    model: an nn.Module that answers x with a tensor (m, 1), all of its layers in the same mode. x, y: a set.
    The model answers in evaluation mode and without recording a graph. Afterwards it is in the mode that it was in
    before, and neither its parameters nor their gradients have changed.
    Returns the mean squared error, a plain number.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    with torch.no_grad():
        loss = F.mse_loss(model(x), y).item()
    model.train(was_training)
    return loss
    ### END SOLUTION


def fit(model, sets, optimiser, steps, every=10, strength=0.0, stopper=None):
    """Train on the whole training set at once, and keep the curves (task 2.2). May call `evaluate` and `l2_penalty`.

    model: an nn.Module, all of its layers in the same mode. sets: three sets. optimiser: an optimiser of torch.optim
    for the model's parameters. steps: int, how many updates, 0 or more. every: int, 1 or more. strength: number, 0 or
    more. stopper: None, or an object with the methods `update(loss, model)` and `restore(model)` of `EarlyStopping`.
    Each update is made in training mode with the gradients of the mean squared error on "train" plus
    `l2_penalty(model, strength)`, and with these alone. Right after every `every`-th update stands a check: all three
    sets are evaluated, in evaluation mode and without the penalty. Then the stopper, if there is one, is updated with
    this validation loss and the model; where it answers True no further update is made. At the end of all, the stopper
    restores the model once. Nothing is drawn at random here. Afterwards the model is in the mode in which it came.
    Returns curves: three lists with a plain number for each check.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    x, y = sets["train"]
    curves = {name: [] for name in SETS}
    for step in range(1, steps + 1):
        model.train()
        loss = F.mse_loss(model(x), y) + l2_penalty(model, strength)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % every == 0:
            for name in SETS:
                curves[name].append(evaluate(model, *sets[name]))
            if stopper is not None and stopper.update(curves["validation"][-1], model):
                break
    if stopper is not None:
        stopper.restore(model)
    model.train(was_training)
    return curves
    ### END SOLUTION


def overfit(generator, hidden=5, width=128, steps=300):
    """Overfit on purpose (task 2.3). May call everything above.

    generator: a torch.Generator. hidden, width: the network's sizes, ints, 1 or more. steps: int, one of 10, 20, 30 …
    Draws three sets with 40 samples and the noise 1. Makes a network of these sizes without dropout, and trains it for
    `steps` updates of Adam at the rate 0.01, with a check after every tenth.
    Returns the tuple (model, sets, curves).
    """
    ### BEGIN SOLUTION
    sets = make_sets(40, 1.0, generator)
    model = make_network(hidden, width, 0.0, generator)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    return model, sets, fit(model, sets, optimiser, steps)
    ### END SOLUTION


# Part 3: stop in time.


class EarlyStopping:
    """Says when to stop, and keeps the best weights (task 3.1).

    A check is *better* if its loss is lower than those of all checks before it: equal is not lower, and nan is never
    better. The first check is better unless its loss is nan.
    """

    def __init__(self, patience):
        """patience: int, 0 or more: after how many checks in a row that are not better it still goes on."""
        ### BEGIN SOLUTION
        self.patience = patience
        self.best = math.inf
        self.waited = 0
        self.weights = None
        ### END SOLUTION

    def update(self, loss, model):
        """Take note of one check (task 3.1).

        loss: number, finite or nan. model: an nn.Module, as it is at this check; it will be trained further. A better
        check's weights (everything in `model.state_dict()`) are kept as they are now.
        Returns True to stop, where more than `patience` checks in a row, this one included, were not better; else
        False.
        """
        ### BEGIN SOLUTION
        if loss < self.best:
            self.best = loss
            self.waited = 0
            self.weights = {name: value.clone() for name, value in model.state_dict().items()}
        else:
            self.waited += 1
        return self.waited > self.patience
        ### END SOLUTION

    def restore(self, model):
        """Give the model the weights of the best check (task 3.1). Without any better check, leave it as it is.

        May be called several times.
        """
        ### BEGIN SOLUTION
        if self.weights is not None:
            model.load_state_dict(self.weights)
        ### END SOLUTION


# Part 4: small weights.


def l2_penalty(model, strength):
    """The L2 penalty of a model (task 4.1).

    strength: number, 0 or more.
    Returns a tensor (): strength / 2 times the sum of the squares of all parameters, weights and biases alike.
    Gradients flow back to the parameters.
    """
    ### BEGIN SOLUTION
    return strength / 2 * sum(parameter.square().sum() for parameter in model.parameters())
    ### END SOLUTION


def decay(model, rate, strength):
    """Shrink all parameters, as AdamW does before each of its updates (task 4.2).

    rate: number above 0, the learning rate. strength: number, 0 or more.
    Every parameter, weights and biases alike, is multiplied by 1 - rate·strength, in place and outside of any graph.
    Gradients (.grad) stay as they are. Returns None.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1 - rate * strength)
    ### END SOLUTION


# Part 5: dropout.


class Dropout(nn.Module):
    """Switches off single numbers at random while a network learns (task 5.1)."""

    def __init__(self, rate, generator):
        """rate: number from 0 up to, but not including, 1; any other raises ValueError. generator: torch.Generator."""
        ### BEGIN SOLUTION
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"The rate must be at least 0 and below 1, not {rate}.")
        self.rate = rate
        self.generator = generator
        ### END SOLUTION

    def forward(self, x):
        """What becomes of x, a float tensor of any shape.

        In training mode each number of x, independently of all others and anew in each call, becomes 0 with
        the probability `rate`, and is divided by 1 - rate otherwise. The generator decides what becomes 0.
        In evaluation mode x comes back with the same numbers, and nothing is drawn.
        Returns a tensor of the same shape and dtype. Gradients flow back through the numbers that were kept.
        """
        ### BEGIN SOLUTION
        if not self.training:
            return x
        kept = torch.rand(x.shape, generator=self.generator) >= self.rate
        return x * kept / (1 - self.rate)
        ### END SOLUTION


# Part 6: compare. A *run* is a dict: "curves" are its curves, and "kept" is the number of the check, from 0 on, whose
# weights its model has in the end. *Runs* are a dict of runs by their names, and there is one at least.


def summary(runs):
    """Put the losses that count into a table (task 6.1).

    Returns a table: a dict with, for each name of a run, a dict of three numbers, "train", "validation" and "curve":
    the losses of the check that was kept.
    """
    ### BEGIN SOLUTION
    return {name: {part: run["curves"][part][run["kept"]] for part in SETS} for name, run in runs.items()}
    ### END SOLUTION


def choose(table):
    """Name the run to use (task 6.2).

    table: as `summary` returns it.
    Returns the name with the lowest number under "validation", the first of them if several are equal. A run with nan
    there is never chosen; one at least has a number.
    """
    ### BEGIN SOLUTION
    usable = [name for name, row in table.items() if not math.isnan(row["validation"])]
    return min(usable, key=lambda name: table[name]["validation"])
    ### END SOLUTION


def draw_runs(runs):
    """Draw training and validation loss of every run in one figure (task 6.3).

    Returns a figure, with one panel or several. It shows both curves of every run, each up to its last check, and names
    in titles or legends every run, "train" and "validation". The axes have labels.
    """
    ### BEGIN SOLUTION
    figure, panels = plt.subplots(1, len(runs), figsize=(3 * len(runs), 3), sharey=True, layout="constrained")
    for axes, (name, run) in zip([panels] if len(runs) == 1 else panels, runs.items(), strict=True):
        axes.semilogy(run["curves"]["train"], label="train")
        axes.semilogy(run["curves"]["validation"], label="validation")
        axes.axvline(run["kept"], color="grey", linestyle=":")
        axes.set(title=name, xlabel="check", ylabel="mean squared error")
        axes.legend()
    return figure
    ### END SOLUTION


def compare(generator, hidden=5, width=128, steps=300):
    """Train one network plainly and three with a remedy, and compare them (task 6.4). May call everything above.

    generator: a torch.Generator. hidden, width: their sizes, ints, 1 or more. steps: int, one of 10, 20, 30 …
    Draws three sets as `overfit` does. All four networks learn from these same sets. Each is a network of its own; they
    may begin with the same weights or with others. Each makes `steps` updates at the rate 0.01, by AdamW with "weight
    decay" and by Adam elsewhere, and has a check after every tenth. Each has one remedy at most:
        "plain"           none
        "early stopping"  `EarlyStopping` with the patience 5; it keeps the weights of its best check
        "dropout"         dropout at the rate 0.2
        "weight decay"    AdamW with `weight_decay=1.0`
    All but "early stopping" keep the weights of their last check.
    Returns a dict:
        "sets"      the three sets
        "models"    a dict of the four trained networks, by the names in REMEDIES
        "runs"      a dict of their runs, by the same names
        "table"     the table of these runs
        "winner"    the name of the run that the table chooses
    """
    ### BEGIN SOLUTION
    sets = make_sets(40, 1.0, generator)
    models, runs = {}, {}
    for name in REMEDIES:
        model = make_network(hidden, width, 0.2 if name == "dropout" else 0.0, generator)
        if name == "weight decay":
            optimiser = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=1.0)
        else:
            optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        stopper = EarlyStopping(5) if name == "early stopping" else None
        curves = fit(model, sets, optimiser, steps, stopper=stopper)
        validation = curves["validation"]
        kept = validation.index(min(validation)) if stopper else len(validation) - 1
        models[name], runs[name] = model, {"curves": curves, "kept": kept}
    table = summary(runs)
    return {"sets": sets, "models": models, "runs": runs, "table": table, "winner": choose(table)}
    ### END SOLUTION


# Part 7: keep a network in a file.


def save_weights(model, path):
    """Write the weights of a model to a file (task 7.1).

    path: text. The file holds the model's `state_dict()` as `torch.save` writes it, and nothing else.
    """
    ### BEGIN SOLUTION
    torch.save(model.state_dict(), path)
    ### END SOLUTION


def load_weights(path, model):
    """Give a model the weights in a file that `save_weights` wrote, perhaps in another process (task 7.1).

    path: text. model: an nn.Module of the same architecture.
    Loading a whole pickled module can run a stranger's code, so nothing but tensors is ever unpickled. Raises
    ValueError, and leaves the model exactly as it was, where the file
    - holds a whole module, or anything but a state_dict: the message has the word state_dict;
    - is damaged, for example cut off, or no file of PyTorch's;
    - belongs to another architecture: the message has the name of a parameter that the file or the model lacks, or
      whose shapes differ.
    A file that is not there raises FileNotFoundError.
    """
    ### BEGIN SOLUTION
    try:
        state = torch.load(path, weights_only=True)
    except OSError:
        raise
    except Exception as error:
        raise ValueError(f"{path} is damaged, or holds a module where a state_dict should be.") from error
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ValueError(f"{path} holds no state_dict.")
    found = {name: value.shape for name, value in state.items()}
    wanted = {name: value.shape for name, value in model.state_dict().items()}
    differing = sorted({str(name) for name, _ in found.items() ^ wanted.items()})
    if differing:
        raise ValueError(f"{path} belongs to another architecture; these differ: {', '.join(differing)}.")
    model.load_state_dict(state)
    ### END SOLUTION


# Part 8: read curves.


def diagnose(train, validation):
    """Say what two curves show, and which check was the best (task 8.1).

    train, validation: lists of as many numbers above 0: the losses of each check, one check at least.
    The best check is the one with the lowest validation loss, the first of them if several are equal. The first word
    that fits counts:
    "overfitting"   the last validation loss is more than 1.2 times the best check's, and the last training loss is
                    lower than the best check's training loss
    "underfitting"  the last training loss is more than half of the first one
    "healthy"       everything else
    Nobody asks about losses that lie within 5 % of such a border.
    Returns the tuple (word, number of the best check, counted from 0).
    """
    ### BEGIN SOLUTION
    best = validation.index(min(validation))
    if validation[-1] > 1.2 * validation[best] and train[-1] < train[best]:
        return "overfitting", best
    if train[-1] > train[0] / 2:
        return "underfitting", best
    return "healthy", best
    ### END SOLUTION


# Given, and not graded: what `python overfitting.py` prints and draws.


def draw_overfitting(curves):
    """All three curves of one run."""
    figure, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    for name, label in zip(SETS, ["training", "validation", "the true curve"], strict=True):
        axes.semilogy(curves[name], label=label)
    axes.set(xlabel="check (every tenth update)", ylabel="mean squared error")
    axes.legend()
    return figure


def draw_answers(sets, models):
    """What each network answers between -1 and 1, over the samples and the curve."""
    figure, panels = plt.subplots(1, len(models), figsize=(2.6 * len(models), 2.8), sharey=True, layout="constrained")
    grid, truth = sets["curve"]
    for axes, (name, model) in zip(panels, models.items(), strict=True):
        model.eval()
        with torch.no_grad():
            answers = model(grid)
        axes.plot(grid, truth, color="grey", linestyle="--", label="the true curve")
        axes.plot(grid, answers, label="network")
        axes.plot(*sets["train"], "o", markersize=4, label="samples")
        axes.set(title=name, xlabel="x", ylim=(-3, 3))
    panels[0].legend(fontsize=7)
    return figure


def main():
    """Overfit, compare the remedies, and draw what this page shows."""
    _, _, curves = overfit(torch.Generator().manual_seed(6))
    word, best = diagnose(curves["train"], curves["validation"])
    print(f"{word}: the best check was number {best} of {len(curves['train'])}")
    for name in SETS:
        print(f"{name:>12}: {curves[name][best]:.3f} there, {curves[name][-1]:.3f} at the end")
    draw_overfitting(curves).savefig("my_overfitting.png", dpi=120)

    found = compare(torch.Generator().manual_seed(6))
    print(f"\n{'':16}{'train':>10}{'validation':>12}{'curve':>8}")
    for name, row in found["table"].items():
        print(f"{name:16}{row['train']:10.3f}{row['validation']:12.3f}{row['curve']:8.3f}")
    print("chosen by validation:", found["winner"])
    draw_runs(found["runs"]).savefig("my_runs.png", dpi=120)
    draw_answers(found["sets"], found["models"]).savefig("my_answers.png", dpi=120)
    save_weights(found["models"][found["winner"]], "my_weights.pt")
    print("Saved my_overfitting.png, my_runs.png, my_answers.png and my_weights.pt.")


if __name__ == "__main__":
    main()
