# /// submission
# about = "Optimisers share a base class; batches are moved by a helper; losses are summed on the device."
# earns = "everything"
# ///
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset


class Optimiser:
    def __init__(self, parameters, learning_rate):
        self.parameters = tuple(parameters)
        self.learning_rate = learning_rate
        self.t = 0

    def zero_grad(self):
        for p in self.parameters:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad)

    @torch.no_grad()
    def step(self):
        self.t += 1
        for number, p in enumerate(self.parameters):
            if p.grad is not None:
                p.sub_(self.learning_rate * self.direction(number, p.grad))


class SGD(Optimiser):
    def direction(self, number, g):
        return g


class Momentum(Optimiser):
    def __init__(self, parameters, learning_rate, momentum=0.9):
        super().__init__(parameters, learning_rate)
        self.momentum = momentum
        self.v = {}

    def direction(self, number, g):
        self.v[number] = self.momentum * self.v.get(number, 0) + g
        return self.v[number]


class Adam(Optimiser):
    def __init__(self, parameters, learning_rate=0.001, betas=(0.9, 0.999), epsilon=1e-8):
        super().__init__(parameters, learning_rate)
        self.betas, self.epsilon = betas, epsilon
        self.m, self.v = {}, {}

    def direction(self, number, g):
        one, two = self.betas
        self.m[number] = one * self.m.get(number, 0) + (1 - one) * g
        self.v[number] = two * self.v.get(number, 0) + (1 - two) * g * g
        m, v = self.m[number] / (1 - one**self.t), self.v[number] / (1 - two**self.t)
        return m / (torch.sqrt(v) + self.epsilon)


def moved(batch, device):
    return tuple(part.to(device, non_blocking=True) for part in batch)


def train_step(model, images, labels, optimiser, device):
    images, labels = moved((images, labels), device)
    optimiser.zero_grad()
    loss = cross_entropy(model(images), labels)
    loss.backward()
    optimiser.step()
    return float(loss)


def train_epoch(model, loader, optimiser, device):
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        losses.append(train_step(model, images, labels, optimiser, device))
        sizes.append(labels.shape[0])
    losses = torch.tensor(losses, dtype=torch.float64, device=device)
    sizes = torch.tensor(sizes, dtype=torch.float64, device=device)
    return ((losses * sizes).sum() / sizes.sum()).item()


def evaluate(model, loader, device):
    training = model.training
    model.eval()
    total = torch.zeros((), device=device, dtype=torch.float64)
    right = torch.zeros((), device=device, dtype=torch.int64)
    count = 0
    with torch.no_grad():
        for batch in loader:
            images, labels = moved(batch, device)
            logits = model(images)
            total += cross_entropy(logits, labels) * len(labels)
            right += (logits.argmax(1) == labels).sum()
            count += len(labels)
    model.train(training)
    return total.item() / count, right.item() / count


def fit(model, train_loader, test_loader, make_optimiser, epochs, device):
    model = model.to(device)
    optimiser = make_optimiser(model.parameters())
    train_loss, test_loss, test_accuracy = [], [], []
    for _ in range(epochs):
        train_loss.append(train_epoch(model, train_loader, optimiser, device))
        loss, accuracy = evaluate(model, test_loader, device)
        test_loss.append(loss)
        test_accuracy.append(accuracy)
    return {"train_loss": train_loss, "test_loss": test_loss, "test_accuracy": test_accuracy}


def load_state(path, device):
    state = torch.load(path, map_location="cpu", weights_only=True)
    return {name: value.to(device) for name, value in state.items()}


class Digits(Dataset):
    def __init__(self, images, labels):
        self.images = torch.tensor(images).reshape(len(images), 784).float() / 255
        self.labels = torch.tensor(labels).long()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(784, 128)
        self.two = nn.Linear(128, 10)

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))


def read_digits(images, labels, epochs, generator, device):
    model = Network()
    loader = DataLoader(Digits(images, labels), 64, shuffle=True, generator=generator)
    fit(model, loader, [(torch.zeros(1, 784), torch.zeros(1).long())], Adam, epochs, device)
    return model
