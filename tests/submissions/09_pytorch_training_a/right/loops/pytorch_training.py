# /// submission
# about = "Plain loops over samples, classes and batches."
# earns = "everything"
# ///
import math

import torch
from torch.utils.data import DataLoader, Dataset


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError("temperature")
    if logits.dim() > 1:
        return torch.stack([softmax(row, temperature) for row in logits])
    top = max(float(z) for z in logits)
    parts = [torch.exp((z - top) / temperature) for z in logits]
    total = sum(parts)
    return torch.stack([part / total for part in parts])


def log_softmax(logits):
    if logits.dim() > 1:
        return torch.stack([log_softmax(row) for row in logits])
    top = logits.detach().max()
    return logits - top - torch.log(sum(torch.exp(z - top) for z in logits))


def cross_entropy(logits, labels):
    total = 0
    for row, label in zip(logits, labels):
        total = total - log_softmax(row)[label]
    return total / len(labels)


def forward_by_hand(X, W1, b1, W2, b2):
    hidden, logits = [], []
    for x in X:
        h = torch.stack([torch.clamp(w @ x + b, min=0) for w, b in zip(W1, b1)])
        hidden.append(h)
        logits.append(torch.stack([w @ h + b for w, b in zip(W2, b2)]))
    return torch.stack(hidden), torch.stack(logits)


class DigitClassifier(torch.nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.first = torch.nn.Linear(28 * 28, hidden)
        self.second = torch.nn.Linear(hidden, 10)

    def forward(self, images):
        rows = images.reshape(len(images), -1)
        return self.second(self.first(rows).clamp(min=0))


class DigitsDataset(Dataset):
    def __init__(self, images, labels):
        if len(images) != len(labels):
            raise ValueError("lengths")
        self.pairs = []
        for image, label in zip(images, labels):
            pixels = torch.tensor(image, dtype=torch.float32).reshape(1, 28, 28) / 255.0
            self.pairs.append((pixels, torch.tensor(int(label))))

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        return self.pairs[index]


def make_loader(dataset, batch_size, shuffle, generator=None):
    if shuffle:
        return DataLoader(dataset, batch_size, shuffle=True, generator=generator)
    return DataLoader(dataset, batch_size)


def overall_mean(means, sizes):
    total = count = 0
    for k in range(len(means)):
        total += means[k] * sizes[k]
        count += sizes[k]
    return total / count


def train_step(model, images, labels, optimiser):
    for parameter in model.parameters():
        parameter.grad = None
    loss = cross_entropy(model(images), labels)
    loss.backward()
    optimiser.step()
    return float(loss)


def train_epoch(model, loader, optimiser):
    model.train()
    total = count = 0
    for images, labels in loader:
        total += train_step(model, images, labels, optimiser) * len(images)
        count += len(images)
    return total / count


@torch.no_grad()
def evaluate(model, loader):
    before = model.training
    model.eval()
    total = right = count = 0
    for images, labels in loader:
        logits = model(images)
        total += float(cross_entropy(logits, labels)) * len(labels)
        for row, label in zip(logits, labels):
            right += int(row.argmax() == label)
        count += len(labels)
    if before:
        model.train()
    return total / count, right / count


def fit(model, train_loader, test_loader, optimiser, epochs):
    curves = dict(train_loss=[], test_loss=[], test_accuracy=[])
    for _ in range(epochs):
        loss = train_epoch(model, train_loader, optimiser)
        for name, value in zip(curves, (loss, *evaluate(model, test_loader))):
            curves[name].append(value)
    return curves


def gradient_summary(model):
    norms = {}
    for name, parameter in model.named_parameters():
        norms[name] = 0
        if parameter.grad is not None:
            norms[name] = math.sqrt(sum(float(g) ** 2 for g in parameter.grad.flatten()))
    return norms


def worst_mistakes(logits, labels, count=10):
    found = []
    for index, (p, label) in enumerate(zip(softmax(logits), labels)):
        guess = int(p.argmax())
        if guess != int(label):
            found.append((float(p[guess]), index, guess))
    found.sort(reverse=True)
    found = found[:count]
    return (
        torch.tensor([index for _, index, _ in found], dtype=torch.int64),
        torch.tensor([guess for _, _, guess in found], dtype=torch.int64),
        torch.tensor([p for p, _, _ in found], dtype=logits.dtype),
    )
