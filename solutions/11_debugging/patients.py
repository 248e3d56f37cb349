"""Assignment 11: twelve training programs that are ill. Eight are graded, four are for practice.

Each patient is a function `patient(X, y, generator, updates)` that makes a network, trains it with all samples at
once unless it says otherwise, and returns the tuple (model, losses): an nn.Module that takes X, and a list of plain
numbers, the loss before each update. Tensors are float64, samples stand in rows. `updates=0` gives a fresh model. The
symptom that each docstring names is that with the samples and the generator of `admit`.

Measure before you mend. `cp patients.py as_they_came.py` keeps the patients as they came.
"""

import torch
from torch import nn

SQRT2 = 2**0.5

# What the patients are made of. All of this is well.


def quarters(count, generator):
    """Draw points around the four corners of a square: label 1 where both coordinates have the same sign, else 0.

    Returns X (count, 2) and y (count, 1).
    """
    X = 2 * torch.rand(count, 2, generator=generator, dtype=torch.float64) - 1
    X = X + 0.3 * torch.sign(X)
    return X, (X.prod(dim=1, keepdim=True) > 0).to(torch.float64)


def plane(count, generator):
    """Draw points of the plane y = 0.5·x1 - 4·x2 + 2, without noise, that reach twice as far along x1 as along x2.

    Returns X (count, 2) and y (count, 1).
    """
    X = torch.randn(count, 2, generator=generator, dtype=torch.float64)
    X[:, 0] *= 2
    return X, 0.5 * X[:, :1] - 4 * X[:, 1:] + 2


def admit(patient):
    """Return X, y and the generator with which the symptoms of a patient were recorded.

    patient: the name in small letters, such as "ada". Raises ValueError for any other name.
    """
    if patient not in ("ada", "ben", "cleo", "dan", "eve", "finn", "gus", "hana", "ivy", "jon", "kim", "lou"):
        raise ValueError(f'{patient!r} is no patient. Names have small letters, such as "ada".')
    generator = torch.Generator().manual_seed(11)
    X, y = (plane if patient in ("ada", "cleo", "kim") else quarters)(40, generator)
    return X, y, generator


def layer(n_in, n_out, generator, gain=SQRT2):
    """Make a linear layer: weights drawn with the standard deviation gain/√n_in (He, for ReLU), biases 0."""
    made = nn.Linear(n_in, n_out, dtype=torch.float64)
    with torch.no_grad():
        made.weight.normal_(generator=generator).mul_(gain / n_in**0.5)
        made.bias.zero_()
    return made


class Dropout(nn.Module):
    """Switches off single numbers in training mode, drawn from a generator."""

    def __init__(self, rate, generator):
        super().__init__()
        self.rate = rate
        self.generator = generator

    def forward(self, x):
        """Return x with some numbers at 0 and the others enlarged; in evaluation mode x itself."""
        if not self.training:
            return x
        kept = torch.rand(x.shape, generator=self.generator) >= self.rate
        return x * kept / (1 - self.rate)


def train(model, loss_function, X, y, optimiser, updates):
    """Make updates with all samples at once. Returns the losses before each of them."""
    losses = []
    for _ in range(updates):
        loss = loss_function(model(X), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


# The patients of task 3. Ada and Cleo learn a `plane`, with the mean squared error. All others learn `quarters`: their
# models end in a probability (m, 1), and the loss is `nn.BCELoss()`. A mended model ends in a probability, too.


def ada(X, y, generator, updates=60):
    """Ada (task 3.1): the loss falls, and then it rises again, higher and higher, without an end."""
    ### BEGIN SOLUTION
    model = nn.Sequential(layer(2, 1, generator))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    return model, train(model, nn.MSELoss(), X, y, optimiser, updates)
    ### GIVEN INSTEAD
    # model = nn.Sequential(layer(2, 1, generator))
    # optimiser = torch.optim.SGD(model.parameters(), lr=0.4)
    # return model, train(model, nn.MSELoss(), X, y, optimiser, updates)
    ### END SOLUTION


def ben(X, y, generator, updates=60):
    """Ben (task 3.2): the loss hardly moves from 0.69, and every point gets the same answer."""
    ### BEGIN SOLUTION
    hidden = layer(2, 32, generator)
    model = nn.Sequential(hidden, nn.ReLU(), layer(32, 1, generator), nn.Sigmoid())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### GIVEN INSTEAD
    # hidden = layer(2, 32, generator)
    # nn.init.constant_(hidden.bias, -4.0)
    # model = nn.Sequential(hidden, nn.ReLU(), layer(32, 1, generator), nn.Sigmoid())
    # optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    # return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### END SOLUTION


def cleo(X, y, generator, updates=60):
    """Cleo (task 3.3): the loss falls, climbs back to where it was, falls again, and comes to no rest."""
    ### BEGIN SOLUTION
    model = nn.Sequential(layer(2, 1, generator))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(updates):
        loss = nn.functional.mse_loss(model(X), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return model, losses
    ### GIVEN INSTEAD
    # model = nn.Sequential(layer(2, 1, generator))
    # optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    # losses = []
    # for _ in range(updates):
    #     loss = nn.functional.mse_loss(model(X), y)
    #     loss.backward()
    #     optimiser.step()
    #     losses.append(loss.item())
    # return model, losses
    ### END SOLUTION


def dan(X, y, generator, updates=60):
    """Dan (task 3.4): it learns, but the model that comes back answers the same question differently each time."""
    ### BEGIN SOLUTION
    model = nn.Sequential(
        layer(2, 64, generator), nn.ReLU(), Dropout(0.5, generator), layer(64, 1, generator), nn.Sigmoid()
    )
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = train(model, nn.BCELoss(), X, y, optimiser, updates)
    return model.eval(), losses
    ### GIVEN INSTEAD
    # model = nn.Sequential(
    #     layer(2, 64, generator), nn.ReLU(), Dropout(0.5, generator), layer(64, 1, generator), nn.Sigmoid()
    # )
    # optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    # losses = train(model, nn.BCELoss(), X, y, optimiser, updates)
    # return model, losses
    ### END SOLUTION


def eve(X, y, generator, updates=40):
    """Eve (task 3.5): six layers, and yet the loss stays near 0.69, however long it is trained."""
    ### BEGIN SOLUTION
    layers = [layer(2, 16, generator), nn.ReLU()]
    for _ in range(4):
        layers += [layer(16, 16, generator), nn.ReLU()]
    model = nn.Sequential(*layers, layer(16, 1, generator), nn.Sigmoid())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### GIVEN INSTEAD
    # layers = [layer(2, 16, generator, gain=1.0)]
    # for _ in range(4):
    #     layers += [layer(16, 16, generator, gain=1.0)]
    # model = nn.Sequential(*layers, layer(16, 1, generator), nn.Sigmoid())
    # optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    # return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### END SOLUTION


def finn(X, y, generator, updates=80):
    """Finn (task 3.6): in batches of ten, whole epochs, the loss goes up and down around 0.7, and never stays below."""
    ### BEGIN SOLUTION
    model = nn.Sequential(layer(2, 32, generator), nn.ReLU(), layer(32, 1, generator), nn.Sigmoid())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    while len(losses) < updates:
        order = torch.randperm(len(X), generator=generator)
        for points, labels in zip(X[order].split(10), y[order].split(10), strict=True):
            losses += train(model, nn.BCELoss(), points, labels, optimiser, 1)
    return model, losses
    ### GIVEN INSTEAD
    # model = nn.Sequential(layer(2, 32, generator), nn.ReLU(), layer(32, 1, generator), nn.Sigmoid())
    # optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    # losses = []
    # while len(losses) < updates:
    #     points = X[torch.randperm(len(X), generator=generator)]
    #     labels = y[torch.randperm(len(y), generator=generator)]
    #     for some_points, some_labels in zip(points.split(10), labels.split(10), strict=True):
    #         losses += train(model, nn.BCELoss(), some_points, some_labels, optimiser, 1)
    # return model, losses
    ### END SOLUTION


def gus(X, y, generator, updates=160):
    """Gus (task 3.7): twenty hidden layers, and after a few updates the loss lies still at 0.69."""
    ### BEGIN SOLUTION
    layers, n_in = [], 2
    for _ in range(20):
        layers += [layer(n_in, 16, generator), nn.ReLU()]
        n_in = 16
    model = nn.Sequential(*layers, layer(16, 1, generator), nn.Sigmoid())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.003)
    return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### GIVEN INSTEAD
    # layers, n_in = [], 2
    # for _ in range(20):
    #     layers += [layer(n_in, 16, generator, gain=1.0), nn.Sigmoid()]
    #     n_in = 16
    # model = nn.Sequential(*layers, layer(16, 1, generator), nn.Sigmoid())
    # optimiser = torch.optim.Adam(model.parameters(), lr=0.003)
    # return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### END SOLUTION


def hana(X, y, generator, updates=60):
    """Hana (task 3.8): every answer is exactly 1, and the loss is the same number before each update."""
    ### BEGIN SOLUTION
    model = nn.Sequential(layer(2, 32, generator), nn.ReLU(), layer(32, 1, generator), nn.Sigmoid())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### GIVEN INSTEAD
    # model = nn.Sequential(layer(2, 32, generator), nn.ReLU(), layer(32, 1, generator), nn.Softmax(dim=1))
    # optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    # return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
    ### END SOLUTION


# Four more, ungraded. Two predictions ask about Jon and Lou. Try to mend all four. The rate and the optimiser that Kim
# and Lou were given do for an ill network; a healthy one may want others.


def ivy(X, y, generator, updates=60):
    """Ivy: the loss never moves from 0.69, and no gradient but one is above 0."""
    model = nn.Sequential(layer(2, 16, generator, gain=0.0), nn.ReLU(), layer(16, 1, generator, gain=0.0), nn.Sigmoid())
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    return model, train(model, nn.BCELoss(), X, y, optimiser, updates)


def jon(X, y, generator, updates=60):
    """Jon: sixteen hidden units, and it learns no more than one unit can."""
    model = nn.Sequential(layer(2, 16, generator), nn.ReLU(), layer(16, 1, generator), nn.Sigmoid())
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.5)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    return model, train(model, nn.BCELoss(), X, y, optimiser, updates)


def kim(X, y, generator, updates=60):
    """Kim: samples of a `plane`, a first loss of 199,000, then losses of up to 25 digits, and it never comes back."""
    model = nn.Sequential(layer(2, 16, generator, 10.0), nn.ReLU(), layer(16, 16, generator, 10.0), nn.ReLU())
    model.append(layer(16, 1, generator, 10.0))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
    return model, train(model, nn.MSELoss(), X, y, optimiser, updates)


def lou(X, y, generator, updates=60):
    """Lou: some answers are exactly 0, others exactly 1. They stay there, and each wrong one costs 100.

    Hardtanh is a ReLU here that is cut off at 1, too, as `nn.BCELoss` takes nothing above 1.
    """
    model = nn.Sequential(layer(2, 16, generator), nn.Tanh(), layer(16, 1, generator), nn.Hardtanh(0.0, 1.0))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    return model, train(model, nn.BCELoss(), X, y, optimiser, updates)
