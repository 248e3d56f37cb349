# /// submission
# about = "Leaves everything that it can to PyTorch."
# earns = "everything"
# ///
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def softmax(logits, temperature=1.0):
    if not temperature > 0:
        raise ValueError("The temperature must be positive.")
    return F.softmax((logits - logits.amax(-1, keepdim=True)) / temperature, dim=-1)


def log_softmax(logits):
    return logits - logits.logsumexp(-1, keepdim=True)


def cross_entropy(logits, labels):
    return F.nll_loss(log_softmax(logits), labels)


def forward_by_hand(X, W1, b1, W2, b2):
    hidden = F.linear(X, W1, b1).relu()
    return hidden, F.linear(hidden, W2, b2)


class DigitClassifier(nn.Sequential):
    def __init__(self, hidden=128):
        super().__init__(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))


class DigitsDataset(TensorDataset):
    def __init__(self, images, labels):
        if len(images) != len(labels):
            raise ValueError("As many labels as images, please.")
        super().__init__(torch.tensor(images)[:, None] / 255, torch.tensor(labels).long())


def make_loader(dataset, batch_size, shuffle, generator=None):
    return DataLoader(dataset, batch_size, shuffle, generator=generator, num_workers=0, drop_last=False)


def overall_mean(means, sizes):
    means, sizes = torch.tensor(means, dtype=torch.float64), torch.tensor(sizes, dtype=torch.float64)
    return (means @ sizes / sizes.sum()).item()


def train_step(model, images, labels, optimiser):
    optimiser.zero_grad(set_to_none=True)
    loss = nn.CrossEntropyLoss()(model(images), labels)
    loss.backward()
    optimiser.step()
    return loss.detach().item()


def train_epoch(model, loader, optimiser):
    model.train(True)
    steps = [(train_step(model, images, labels, optimiser), len(labels)) for images, labels in loader]
    return overall_mean(*map(list, zip(*steps)))


def evaluate(model, loader):
    before = model.training
    try:
        with torch.inference_mode():
            answers = [(model.eval()(images), labels) for images, labels in loader]
            logits, labels = (torch.cat(parts) for parts in zip(*answers))
            return cross_entropy(logits, labels).item(), (logits.argmax(1) == labels).double().mean().item()
    finally:
        model.train(before)


def fit(model, train_loader, test_loader, optimiser, epochs):
    rows = [
        (train_epoch(model, train_loader, optimiser), *evaluate(model, test_loader)) for _ in range(epochs)
    ]
    names = ("train_loss", "test_loss", "test_accuracy")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def gradient_summary(model):
    zero = torch.zeros(())
    return {name: float((zero if p.grad is None else p.grad).norm(2)) for name, p in model.named_parameters()}


def worst_mistakes(logits, labels, count=10):
    sure, guess = softmax(logits).topk(1)
    sure, guess = sure[:, 0], guess[:, 0]
    sure_and_wrong = torch.where(guess == labels, -torch.ones_like(sure), sure)
    best = sure_and_wrong.topk(min(count, int((guess != labels).sum()))).indices
    return best, guess[best], sure[best]
