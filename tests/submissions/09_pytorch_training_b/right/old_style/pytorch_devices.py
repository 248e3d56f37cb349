# /// submission
# about = "As programs looked years ago: .data, .cpu().numpy(), state in dicts by parameter, a guard against NaN."
# earns = "everything"
# ///
import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.utils.data


class SGD(object):
    def __init__(self, parameters, learning_rate):
        self.params = list(parameters)
        self.lr = learning_rate

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.detach_()
                p.grad.zero_()

    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            p.data.add_(p.grad.data, alpha=-self.lr)


class Momentum(SGD):
    def __init__(self, parameters, learning_rate, momentum=0.9):
        SGD.__init__(self, parameters, learning_rate)
        self.mu = momentum
        self.state = {}

    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            if p not in self.state:
                self.state[p] = p.grad.data.clone()
            else:
                self.state[p].mul_(self.mu).add_(p.grad.data)
            p.data.add_(self.state[p], alpha=-self.lr)


class Adam(SGD):
    def __init__(self, parameters, learning_rate=0.001, betas=(0.9, 0.999), epsilon=1e-8):
        SGD.__init__(self, parameters, learning_rate)
        self.betas, self.eps, self.state = betas, epsilon, {}

    def step(self):
        b1, b2 = self.betas
        for p in self.params:
            if p.grad is None:
                continue
            s = self.state.setdefault(p, {"t": 0, "m": p.data.new_zeros(p.shape), "v": p.data.new_zeros(p.shape)})
            s["t"] += 1
            s["m"] = b1 * s["m"] + (1 - b1) * p.grad.data
            s["v"] = b2 * s["v"] + (1 - b2) * p.grad.data.pow(2)
            denominator = s["v"].sqrt().div(math.sqrt(1 - b2 ** s["t"])).add(self.eps)
            p.data.addcdiv_(s["m"], denominator, value=-self.lr / (1 - b1 ** s["t"]))


def train_step(model, images, labels, optimiser, device):
    outputs = model(images.to(device))
    loss = nn.CrossEntropyLoss().to(device)(outputs, labels.to(device))
    if torch.isnan(loss) or math.isinf(loss.item()):
        raise ArithmeticError("diverged")
    for p in model.parameters():
        p.grad = None
    loss.backward()
    optimiser.step()
    return loss.detach().cpu().numpy().item()


def train_epoch(model, loader, optimiser, device):
    model.train()
    total, n = 0.0, 0
    for step, batch in enumerate(loader):
        x, y = batch[0].to(device), batch[1].to(device)
        loss = train_step(model, x, y, optimiser, device)
        total += loss * y.size(0)
        n += y.size(0)
    return total / n


def evaluate(model, loader, device):
    was = model.training
    model.eval()
    scores, truths = [], []
    with torch.no_grad():
        for x, y in loader:
            scores.append(model(x.to(device)).cpu())
            truths.append(y.cpu())
    model.train(was)
    scores, truths = torch.cat(scores), torch.cat(truths)
    accuracy = np.mean(scores.numpy().argmax(axis=1) == truths.numpy())
    return F.cross_entropy(scores, truths).item(), float(accuracy)


def fit(model, train_loader, test_loader, make_optimiser, epochs, device):
    model.to(device)
    optimiser = make_optimiser(model.parameters())
    result = {key: [] for key in ("train_loss", "test_loss", "test_accuracy")}
    for epoch in range(epochs):
        result["train_loss"] += [train_epoch(model, train_loader, optimiser, device)]
        loss, accuracy = evaluate(model, test_loader, device)
        result["test_loss"] += [loss]
        result["test_accuracy"] += [accuracy]
    return result


def load_state(path, device):
    return torch.load(path, map_location=torch.device(device))


def read_digits(images, labels, epochs, generator, device):
    x = torch.from_numpy(np.array(images)).view(-1, 784).float().div_(255)
    y = torch.from_numpy(np.array(labels)).long()
    net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(inplace=True), nn.Linear(128, 10))
    net.to(device)
    optimiser = Momentum(net.parameters(), 0.05)
    dataset = torch.utils.data.TensorDataset(x, y)
    sampler = torch.utils.data.RandomSampler(dataset, generator=generator)
    loader = torch.utils.data.DataLoader(dataset, batch_size=32, sampler=sampler)
    for epoch in range(epochs):
        train_epoch(net, loader, optimiser, device)
    return net
