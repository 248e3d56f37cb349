# /// submission
# about = "Plain loops, sums and indices; nothing of torch.nn.functional."
# earns = "everything"
# ///
import matplotlib
import torch

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def make_sets(count, noise, generator):
    sets = {}
    for name in ("validation", "train"):
        xs, ys = [], []
        for _ in range(count):
            x = -1 + 2 * torch.rand(1, generator=generator)
            ys.append(torch.sin(3 * x) + noise * torch.randn(1, generator=generator))
            xs.append(x)
        sets[name] = (torch.stack(xs), torch.stack(ys))
    grid = torch.tensor([[-1 + 2 * i / 399] for i in range(400)])
    sets["curve"] = (grid, torch.sin(3 * grid))
    return sets


def linear(n_in, n_out, generator):
    layer = torch.nn.Linear(n_in, n_out)
    bound = n_in**-0.5
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-bound, bound, generator=generator)
    return layer


def make_network(hidden, width, dropout, generator):
    model = torch.nn.Sequential()
    n_in = 1
    for number in range(hidden):
        model.add_module(f"layer{number}", linear(n_in, width, generator))
        model.add_module(f"relu{number}", torch.nn.ReLU())
        if dropout != 0:
            model.add_module(f"dropout{number}", Dropout(dropout, generator))
        n_in = width
    model.add_module("output", linear(n_in, 1, generator))
    return model


def evaluate(model, x, y):
    mode = model.training
    model.train(False)
    with torch.no_grad():
        errors = model(x) - y
    if mode:
        model.train()
    return float((errors * errors).sum() / errors.numel())


def fit(model, sets, optimiser, steps, every=10, strength=0.0, stopper=None):
    mode = model.training
    train, validation, curve = [], [], []
    step = 0
    stop = False
    while step < steps and not stop:
        model.train()
        optimiser.zero_grad()
        loss = torch.mean((model(sets["train"][0]) - sets["train"][1]) ** 2)
        if strength > 0:
            loss = loss + l2_penalty(model, strength)
        loss.backward()
        optimiser.step()
        step += 1
        if step % every == 0:
            model.eval()
            train.append(evaluate(model, sets["train"][0], sets["train"][1]))
            validation.append(evaluate(model, sets["validation"][0], sets["validation"][1]))
            curve.append(evaluate(model, sets["curve"][0], sets["curve"][1]))
            if stopper is not None:
                stop = stopper.update(validation[-1], model)
    if stopper is not None:
        stopper.restore(model)
    model.train(mode)
    return {"train": train, "validation": validation, "curve": curve}


def overfit(generator, hidden=5, width=128, steps=300):
    sets = make_sets(40, 1.0, generator)
    model = make_network(hidden, width, 0, generator)
    curves = fit(model, sets, torch.optim.Adam(model.parameters(), 0.01), steps)
    return (model, sets, curves)


class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.losses = []
        self.best = None

    def update(self, loss, model):
        self.losses.append(loss)
        best_place = None
        for place, value in enumerate(self.losses):
            if value == value and (best_place is None or value < self.losses[best_place]):
                best_place = place
        last = len(self.losses) - 1
        if best_place == last:
            self.best = {}
            for name in model.state_dict():
                self.best[name] = model.state_dict()[name].detach().clone()
        waited = last + 1 if best_place is None else last - best_place
        return waited > self.patience

    def restore(self, model):
        if self.best is None:
            return
        state = model.state_dict()
        with torch.no_grad():
            for name in state:
                state[name].copy_(self.best[name])


def l2_penalty(model, strength):
    total = 0
    for parameter in model.parameters():
        total = total + (parameter * parameter).sum()
    return total * (strength / 2)


def decay(model, rate, strength):
    for parameter in model.parameters():
        with torch.no_grad():
            parameter -= rate * strength * parameter


class Dropout(torch.nn.Module):
    def __init__(self, rate, generator):
        super().__init__()
        if rate < 0 or rate >= 1:
            raise ValueError("rate")
        self.rate, self.generator = rate, generator

    def forward(self, x):
        if self.training:
            dropped = torch.rand(x.numel(), generator=self.generator).reshape(x.shape) < self.rate
            return torch.where(dropped, torch.zeros_like(x), x / (1 - self.rate))
        return x


def summary(runs):
    table = {}
    for name in runs:
        kept = runs[name]["kept"]
        row = {}
        for part in ("train", "validation", "curve"):
            row[part] = runs[name]["curves"][part][kept]
        table[name] = row
    return table


def choose(table):
    best = None
    for name in table:
        loss = table[name]["validation"]
        if loss == loss and (best is None or loss < table[best]["validation"]):
            best = name
    return best


def draw_runs(runs):
    figure = plt.figure(figsize=(8, 3))
    for number, name in enumerate(runs):
        axes = figure.add_subplot(1, len(runs), number + 1)
        axes.plot(runs[name]["curves"]["train"], "b-", label="Train")
        axes.plot(runs[name]["curves"]["validation"], "r-", label="Validation")
        axes.set_title(name)
        axes.set_xlabel("check")
        axes.set_ylabel("loss")
        axes.legend()
    return figure


def compare(generator, hidden=5, width=128, steps=300):
    sets = make_sets(40, 1.0, generator)
    models, runs = {}, {}

    model = make_network(hidden, width, 0, generator)
    curves = fit(model, sets, torch.optim.Adam(model.parameters(), lr=0.01), steps)
    models["plain"] = model
    runs["plain"] = {"curves": curves, "kept": len(curves["train"]) - 1}

    model = make_network(hidden, width, 0, generator)
    curves = fit(model, sets, torch.optim.Adam(model.parameters(), lr=0.01), steps, stopper=EarlyStopping(5))
    kept = 0
    for check in range(len(curves["validation"])):
        if curves["validation"][check] < curves["validation"][kept]:
            kept = check
    models["early stopping"] = model
    runs["early stopping"] = {"curves": curves, "kept": kept}

    model = make_network(hidden, width, 0.2, generator)
    curves = fit(model, sets, torch.optim.Adam(model.parameters(), lr=0.01), steps)
    models["dropout"] = model
    runs["dropout"] = {"curves": curves, "kept": len(curves["train"]) - 1}

    model = make_network(hidden, width, 0, generator)
    curves = fit(model, sets, torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=1.0), steps)
    models["weight decay"] = model
    runs["weight decay"] = {"curves": curves, "kept": len(curves["train"]) - 1}

    table = summary(runs)
    return {"sets": sets, "models": models, "runs": runs, "table": table, "winner": choose(table)}


def save_weights(model, path):
    with open(path, "wb") as file:
        torch.save(model.state_dict(), file)


def load_weights(path, model):
    with open(path, "rb") as file:
        try:
            state = torch.load(file, weights_only=True)
        except Exception as error:
            raise ValueError(path + " is damaged or is no state_dict") from error
    if not hasattr(state, "keys"):
        raise ValueError(path + " holds no state_dict")
    mine = model.state_dict()
    for name in mine:
        if name not in state:
            raise ValueError(name + " is missing")
        if state[name].shape != mine[name].shape:
            raise ValueError(name + " has another shape")
    for name in state:
        if name not in mine:
            raise ValueError(name + " is not in the model")
    model.load_state_dict(state)


def diagnose(train, validation):
    best = 0
    for check in range(len(validation)):
        if validation[check] < validation[best]:
            best = check
    word = "healthy"
    if train[-1] > train[0] / 2:
        word = "underfitting"
    if validation[-1] / validation[best] > 1.2 and train[-1] < train[best]:
        word = "overfitting"
    return (word, best)
