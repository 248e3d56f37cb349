"""The numbers of 11: what the patients show as they came, the cures over seeds, and the folk tales."""

import math
import types
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from autograder.course.stubs import stub_of
from quality.figures import Figure, Measurement, close, reference
from quality.variants import COURSE

NAME = "11_debugging"
SEEDS = 20
GRADED = ["ada", "ben", "cleo", "dan", "eve", "finn", "gus", "hana"]
BOUND = 0.1
LUCKY = {"ben": 1}
"""Seeds for which a patient comes below the bound as it came: some of Ben's units are alive for them."""


def given() -> types.ModuleType:
    """The patients as students get them."""
    torch.set_num_threads(1)
    path = COURSE.assignment(NAME).reference("patients.py")
    module = types.ModuleType("as_they_came")
    exec(compile(stub_of(path.read_text(encoding="utf-8")), "patients.py", "exec"), module.__dict__)
    return module


def diagnoses() -> list[Figure]:
    """The number of each diagnosis, measured on the given programs with the reference's instruments."""
    patients, tools = given(), reference(NAME, "debugging.py")

    def treated(name: str, updates: int) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
        X, y, generator = patients.admit(name)
        return getattr(patients, name)(X, y, generator, updates=updates)[0], X, y

    def total(model: nn.Module) -> float:
        return math.sqrt(sum(norm**2 for norm in tools.gradient_norms(model).values()))

    model, _, _ = treated("ada", 1)
    found = {"ada": 0.4 * total(model)}
    model, X, _ = treated("ben", 0)
    found["ben"] = sum(tools.dead_units(model, X))
    found["cleo"] = total(treated("cleo", 10)[0])
    model, X, y = treated("dan", 20)
    found["dan"] = nn.functional.binary_cross_entropy(model.eval()(X), y).item()
    model, X, _ = treated("eve", 0)
    product = torch.eye(2, dtype=torch.float64)
    for part in model.children():
        product = part.weight @ product if isinstance(part, nn.Linear) else product
    apart = (model(X) - torch.sigmoid(X @ product.T)).abs().max().item()
    norms = [norm for name, norm in tools.gradient_norms(treated("gus", 1)[0]).items() if "weight" in name]
    found["gus"] = norms[0] / norms[-1]
    for name in ("finn", "hana"):
        model, X, y = treated(name, 0)
        found[name] = tools.overfits_ten_samples(model, nn.BCELoss(), X, y)[1]
    stated = {name: getattr(tools, f"diagnose_{name}")()[1] for name in GRADED}
    return [
        *(close(f"{name}: number", stated[name], found[name], 0.001 * stated[name]) for name in found),
        Figure("eve: number", "rounding alone, below 1e-12", f"{apart:.2g}", apart < 1e-12),
    ]


def predictions() -> list[Figure]:
    """The numbers of the predictions that a program finds."""
    patients, tools = given(), reference(NAME, "debugging.py")
    jon, _ = patients.jon(*patients.admit("jon"))
    X, y, generator = patients.admit("lou")
    answers = patients.lou(X, y, generator, updates=0)[0](X)
    W, pixels, centred = tools.negative_layer()
    active = [float((inputs @ W.T > 0).double().mean()) for inputs in (pixels, centred)]
    sizes = [784, 128, 64, 10]
    parameters = sum(n * k + k for n, k in pairwise(sizes))
    return [
        close(
            "4.1: different rows of Jon's first weight", 1, len(torch.unique(jon[0].weight.round(decimals=6), dim=0)), 0
        ),
        close("4.3: active for pixels", 0, active[0], 0),
        close("4.3: active for centred inputs", 0.5123, active[1], 0.0005),
        close("4.5: answers of Lou that are 0", 23, int((answers == 0).sum()), 0),
        close("4.5: of them frauds", 13, int(((answers == 0) & (y == 1)).sum()), 0),
        close(
            "4.5: honest payments among the answers of Lou that are 1",
            5,
            int(((answers == 1) & (y == 0)).sum()),
            0,
        ),
        close("Kim: first loss", 199_068, patients.kim(*patients.admit("kim"), updates=1)[1][0], 1),
        close("4.7: forward passes of central differences", 218_772, 2 * parameters, 0),
    ]


def limits() -> list[Figure]:
    """The highest rate that Ada bears, over samples: 2 divided by the largest curvature."""
    rng = np.random.default_rng(0)
    rates: list[float] = []
    for _ in range(2000):
        inputs = np.c_[rng.normal(size=(40, 2)) * [2, 1], np.ones(40)]
        rates.append(float(2 / np.linalg.eigvalsh(2 * inputs.T @ inputs / 40)[-1]))
    low, high = (float(np.quantile(rates, share)) for share in (0.01, 0.99))
    return [
        close("Ada: the highest rate that 1 in 100 draws of samples does not bear", 0.16, low, 0.005),
        close("Ada: the highest rate that 99 in 100 draws do not bear", 0.43, high, 0.005),
    ]


def after_treatment(patients: types.ModuleType, name: str) -> tuple[list[float], list[float]]:
    """The losses of a patient's models over seeds, as they come back, and how far two answers of each lie apart."""
    torch.set_num_threads(1)
    line = name in ("ada", "cleo")
    loss_function = nn.functional.mse_loss if line else nn.functional.binary_cross_entropy
    losses, apart = [], []
    for seed in range(SEEDS):
        generator = torch.Generator().manual_seed(1000 + seed)
        X, y = (patients.plane if line else patients.quarters)(40, generator)
        model, _ = getattr(patients, name)(X, y, generator)
        answers, again = (model(X).detach() for _ in range(2))
        losses.append(loss_function(answers, y).item())
        apart.append((answers - again).abs().max().item())
    return losses, apart


def cures() -> list[Figure]:
    """The loss that the reference's cures reach, over seeds: a tenth of the bound of 0.1 at most."""
    patients, figures = reference(NAME, "patients.py"), []
    for name in GRADED:
        losses, apart = after_treatment(patients, name)
        found = f"{min(losses):.1e} to {max(losses):.1e}"
        agrees = max(losses) < BOUND / 10 and max(apart) == 0
        figures.append(Figure(f"{name} mended: loss, {SEEDS} seeds", "below 0.01", found, agrees, "the bound is 0.1"))
    return figures


def illnesses() -> list[Figure]:
    """The loss that the patients reach as they came, over the same seeds: it is above the bound, but for Dan's."""
    patients, figures = given(), []
    for name in GRADED:
        losses, apart = after_treatment(patients, name)
        found, above = f"{min(losses):.1e} to {max(losses):.1e}", sum(loss > BOUND for loss in losses)
        if name == "dan":
            figures.append(close("dan as he came: seeds whose answers differ", SEEDS, sum(a > 0.01 for a in apart), 0))
        else:
            least = SEEDS - LUCKY.get(name, 0)
            what = f"{name} as it came: loss, {SEEDS} seeds"
            figures.append(Figure(what, f"above 0.1 for {least} or more", found, above >= least, f"above for {above}"))
    return figures


class Skip(nn.Module):
    """A hidden layer that adds its answer to what went into it."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x + f(x)."""
        return x + torch.relu(self.inner(x))


def skips() -> list[Figure]:
    """The loss that Gus reaches with skip connections, over seeds, where the layers begin small, and else."""
    patients = reference(NAME, "patients.py")
    torch.set_num_threads(1)
    losses: dict[float, list[float]] = {}
    for gain in (0.3, 1.0):
        reached: list[float] = []
        for seed in range(SEEDS):
            generator = torch.Generator().manual_seed(1000 + seed)
            X, y = patients.quarters(40, generator)
            inner = [Skip(patients.layer(16, 16, generator, gain)) for _ in range(19)]
            first, last = patients.layer(2, 16, generator), patients.layer(16, 1, generator)
            model = nn.Sequential(first, nn.ReLU(), *inner, last, nn.Sigmoid())
            optimiser = torch.optim.Adam(model.parameters(), lr=0.003)
            patients.train(model, nn.BCELoss(), X, y, optimiser, 160)
            reached.append(nn.functional.binary_cross_entropy(model(X), y).item())
        losses[gain] = reached
    small, large = losses[0.3], losses[1.0]
    return [
        Figure(f"gus, skips, gain 0.3: highest of {SEEDS}", "below 0.01", f"{max(small):.1e}", max(small) < 0.01),
        Figure(f"gus, skips, gain 1: lowest of {SEEDS}", "above 0.1", f"{min(large):.1e}", min(large) > 0.1),
    ]


def folk_tales() -> list[Figure]:
    """Softmax under binary cross-entropy, with one output and with ten, on the small digits."""
    from autograder.data.standin import stand_in

    torch.set_num_threads(1)
    digits = stand_in()
    X, labels = (torch.tensor(part) for part in (digits.train.images, digits.train.labels))
    X, Y = X.flatten(1).double() / 255, nn.functional.one_hot(labels.long(), 10).double()
    shares = {}
    for name, last in [("softmax", nn.Softmax(dim=1)), ("sigmoid", nn.Sigmoid())]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(X.shape[1], 64), nn.ReLU(), nn.Linear(64, 10), last).double()
        optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(30):
            optimiser.zero_grad()
            torch.autograd.backward(nn.functional.binary_cross_entropy(model(X), Y))
            optimiser.step()
        shares[name] = float((model(X).argmax(dim=1) == labels).double().mean())
    return [
        Figure(
            "ten outputs under binary cross-entropy, 30 updates: training accuracy",
            "softmax learns, too",
            f"softmax {100 * shares['softmax']:.1f} %, sigmoids {100 * shares['sigmoid']:.1f} %",
            shares["softmax"] > 0.5,
            "with one output the softmax is 1 for every input and has no gradient",
        )
    ]


MEASUREMENTS: list[Measurement] = [diagnoses, predictions, limits, cures, illnesses, skips, folk_tales]
