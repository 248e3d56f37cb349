# /// submission
# about = "Parameters of its own instead of layers; clears gradients after each step."
# earns = "everything"
# ///
import math

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError(temperature)
    scaled = logits / temperature
    return torch.exp(scaled - torch.logsumexp(scaled, dim=-1, keepdim=True))


def log_softmax(logits):
    return logits - torch.logsumexp(logits, dim=-1, keepdim=True)


def cross_entropy(logits, labels):
    one_hot = torch.eye(logits.shape[1], dtype=logits.dtype)[labels]
    return -(one_hot * log_softmax(logits)).sum() / len(logits)


def forward_by_hand(X, W1, b1, W2, b2):
    hidden = torch.einsum("mn,hn->mh", X, W1) + b1
    hidden = hidden * (hidden > 0)
    return hidden, torch.einsum("mh,kh->mk", hidden, W2) + b2


class DigitClassifier(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.W1 = nn.Parameter((2 * torch.rand(hidden, 784) - 1) / 28)
        self.b1 = nn.Parameter((2 * torch.rand(hidden) - 1) / 28)
        self.W2 = nn.Parameter((2 * torch.rand(10, hidden) - 1) / math.sqrt(hidden))
        self.b2 = nn.Parameter((2 * torch.rand(10) - 1) / math.sqrt(hidden))

    def forward(self, images):
        return forward_by_hand(images.view(images.size(0), 784), self.W1, self.b1, self.W2, self.b2)[1]


class DigitsDataset(Dataset):
    def __init__(self, images, labels):
        if images.shape[0] != labels.shape[0]:
            raise ValueError("lengths differ")
        self.images = torch.from_numpy(images.astype(np.float32) / 255)
        self.labels = torch.from_numpy(labels.astype(np.int64))

    def __len__(self):
        return self.images.shape[0]

    def __getitem__(self, index):
        return self.images[index][None], self.labels[index]


def make_loader(dataset, batch_size, shuffle, generator=None):
    options = {"batch_size": batch_size, "shuffle": shuffle}
    if generator is not None:
        options["generator"] = generator
    return DataLoader(dataset, **options)


def overall_mean(means, sizes):
    return float(np.average(means, weights=sizes))


def train_step(model, images, labels, optimiser):
    loss = cross_entropy(model(images), labels)
    loss.backward()
    optimiser.step()
    optimiser.zero_grad()
    return loss.item()


def train_epoch(model, loader, optimiser):
    model.train()
    numbers = np.array([[train_step(model, images, labels, optimiser), len(labels)] for images, labels in loader])
    return float(numbers[:, 0] @ numbers[:, 1] / numbers[:, 1].sum())


def evaluate(model, loader):
    modes = {module: module.training for module in model.modules()}
    model.eval()
    with torch.no_grad():
        table = np.array(
            [
                [cross_entropy(z, y).item() * len(y), (z.max(1).indices == y).sum().item(), len(y)]
                for z, y in ((model(x), y) for x, y in loader)
            ]
        ).sum(axis=0)
    for module, mode in modes.items():
        module.training = mode
    return table[0] / table[2], table[1] / table[2]


def fit(model, train_loader, test_loader, optimiser, epochs):
    train_loss, test_loss, test_accuracy = [], [], []
    while len(train_loss) < epochs:
        train_loss += [train_epoch(model, train_loader, optimiser)]
        loss, accuracy = evaluate(model, test_loader)
        test_loss += [loss]
        test_accuracy += [accuracy]
    return {"train_loss": train_loss, "test_loss": test_loss, "test_accuracy": test_accuracy}


def gradient_summary(model):
    return {
        name: 0.0 if p.grad is None else math.sqrt(torch.sum(p.grad**2).item()) for name, p in model.named_parameters()
    }


def worst_mistakes(logits, labels, count=10):
    p = softmax(logits).detach().numpy()
    guess = p.argmax(axis=1)
    wrong = np.nonzero(guess != labels.numpy())[0]
    order = wrong[np.argsort(-p.max(axis=1)[wrong])][:count]
    return torch.from_numpy(order), torch.from_numpy(guess[order]), torch.from_numpy(p.max(axis=1)[order])
