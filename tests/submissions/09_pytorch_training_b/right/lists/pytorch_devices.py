# /// submission
# about = "Loops over lists; shuffles with randperm; data already on the device; losses printed as they come."
# earns = "everything"
# ///
import torch
from torch import nn
from torch.nn import functional as F


class SGD:
    def __init__(self, parameters, learning_rate):
        self.ps = [p for p in parameters]
        self.rate = learning_rate

    def zero_grad(self):
        for p in self.ps:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for p in self.ps:
                if p.grad is not None:
                    p.copy_(p - self.rate * p.grad)


class Momentum:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.ps = [p for p in parameters]
        self.rate, self.momentum = learning_rate, momentum
        self.vs = [None for _ in self.ps]

    def zero_grad(self):
        for p in self.ps:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for i in range(len(self.ps)):
                g = self.ps[i].grad
                if g is None:
                    continue
                self.vs[i] = g.clone() if self.vs[i] is None else self.momentum * self.vs[i] + g
                self.ps[i] -= self.rate * self.vs[i]


class Adam:
    def __init__(self, parameters, learning_rate=0.001, betas=(0.9, 0.999), epsilon=1e-8):
        self.ps = [p for p in parameters]
        self.rate, self.betas, self.epsilon, self.t = learning_rate, betas, epsilon, 0
        self.ms = [p.detach() * 0 for p in self.ps]
        self.vs = [p.detach() * 0 for p in self.ps]

    def zero_grad(self):
        for p in self.ps:
            p.grad = None

    def step(self):
        self.t = self.t + 1
        b1, b2 = self.betas
        with torch.no_grad():
            for i in range(len(self.ps)):
                g = self.ps[i].grad
                if g is None:
                    continue
                self.ms[i].lerp_(g, 1 - b1)
                self.vs[i].lerp_(g**2, 1 - b2)
                top = self.ms[i] / (1 - b1**self.t)
                bottom = torch.sqrt(self.vs[i] / (1 - b2**self.t)) + self.epsilon
                self.ps[i].add_(-self.rate * top / bottom)


def train_step(model, images, labels, optimiser, device):
    images = images.to(device)
    labels = labels.to(device)
    logits = model(images)
    loss = -F.log_softmax(logits, dim=1)[torch.arange(len(labels)), labels].mean()
    loss.backward()
    optimiser.step()
    optimiser.zero_grad()
    print(f"loss {loss:.4f}")
    return loss.item()


def train_epoch(model, loader, optimiser, device):
    model.train()
    batches = [(images.to(device), labels.to(device)) for images, labels in loader]
    losses = [train_step(model, images, labels, optimiser, device) for images, labels in batches]
    sizes = [len(labels) for _, labels in batches]
    return sum(loss * size for loss, size in zip(losses, sizes)) / sum(sizes)


def evaluate(model, loader, device):
    mode = model.training
    model.eval()
    costs, hits = [], []
    for images, labels in loader:
        with torch.no_grad():
            logits = model(images.to(device))
        labels = labels.to(device)
        costs += F.cross_entropy(logits, labels, reduction="none").tolist()
        hits += torch.eq(logits.argmax(dim=1), labels).int().tolist()
    model.train(mode)
    return sum(costs) / len(costs), sum(hits) / len(hits)


def fit(model, train_loader, test_loader, make_optimiser, epochs, device):
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    model.to(device)
    optimiser = make_optimiser(model.parameters())
    curves = {"train_loss": [], "test_loss": [], "test_accuracy": []}
    for _ in range(epochs):
        curves["train_loss"].append(train_epoch(model, train_loader, optimiser, device))
        for name, number in zip(("test_loss", "test_accuracy"), evaluate(model, test_loader, device)):
            curves[name].append(number)
    return curves


def load_state(path, device):
    with open(path, "rb") as file:
        return torch.load(file, map_location=device, weights_only=True)


def read_digits(images, labels, epochs, generator, device):
    x = torch.tensor(images, dtype=torch.float32).flatten(1).to(device) / 255
    y = torch.tensor(labels, dtype=torch.int64).to(device)
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)).to(device)
    optimiser = Adam(model.parameters(), 0.002)
    for _ in range(epochs):
        order = torch.randperm(len(images), generator=generator)
        train_epoch(model, [(x[part], y[part]) for part in order.split(50)], optimiser, device)
    return model
