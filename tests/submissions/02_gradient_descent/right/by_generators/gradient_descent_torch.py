import torch
from torch import optim


def gradients_by_autograd(x, y, w, b):
    p = [torch.tensor([float(value)], dtype=x.dtype, requires_grad=True) for value in (w, b)]
    torch.sum((p[0] * x + p[1] - y) ** 2).div(len(x)).backward()
    return p[0].grad[0].item(), p[1].grad[0].item()


def losses_on_the_way(x, y, w, b, updates, move):
    for update in range(updates + 1):
        loss = ((w * x + b - y) ** 2).mean()
        yield float(w), float(b), float(loss)
        if update < updates:
            loss.backward()
            move()


def fit_by_autograd(x, y, w, b, learning_rate, epochs):
    w, b = (torch.full((), value, dtype=torch.float64).requires_grad_() for value in (w, b))

    def move():
        with torch.no_grad():
            for p in (w, b):
                p.sub_(learning_rate * p.grad)
                p.grad.zero_()

    path = list(losses_on_the_way(x, y, w, b, epochs, move))
    return tuple(torch.tensor(part, dtype=torch.float64) for part in zip(*path, strict=True))


def fit_by_module(x, y, w, b, learning_rate, epochs):
    model = torch.nn.Sequential(torch.nn.Linear(1, 1, dtype=torch.float64))
    weight, bias = model.parameters()
    weight.data = torch.tensor([[float(w)]], dtype=torch.float64)
    bias.data = torch.tensor([float(b)], dtype=torch.float64)
    optimiser = optim.SGD(model.parameters(), learning_rate)
    samples = torch.stack([x, y], dim=1)
    path = []

    def closure():
        optimiser.zero_grad()
        loss = torch.nn.functional.mse_loss(model(samples[:, :1]), samples[:, 1:])
        loss.backward()
        path.append([weight.item(), bias.item(), loss.item()])
        return loss

    for _ in range(epochs):
        optimiser.step(closure)
    closure()
    return tuple(torch.tensor(path, dtype=torch.float64).t())
