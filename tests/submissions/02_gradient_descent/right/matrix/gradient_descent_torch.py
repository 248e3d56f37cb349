import torch
from torch import nn


def mean_squared(p, x, y):
    return nn.functional.mse_loss(p[0] * x + p[1], y)


def gradients_by_autograd(x, y, w, b):
    p = torch.tensor([w, b], dtype=torch.double, requires_grad=True)
    (gradient,) = torch.autograd.grad(mean_squared(p, x, y), p)
    return tuple(gradient.tolist())


def fit_by_autograd(x, y, w, b, learning_rate, epochs):
    p = torch.tensor([w, b], dtype=torch.double)
    rows = [torch.stack([*p, mean_squared(p, x, y)])]
    for _ in range(epochs):
        p.requires_grad_()
        (gradient,) = torch.autograd.grad(mean_squared(p, x, y), p)
        p = (p - learning_rate * gradient).detach()
        rows.append(torch.stack([*p, mean_squared(p, x, y)]))
    return tuple(torch.stack(rows, dim=1))


def fit_by_module(x, y, w, b, learning_rate, epochs):
    model = nn.Linear(1, 1).to(torch.float64)
    model.load_state_dict({"weight": torch.tensor([[w]]), "bias": torch.tensor([b])})
    with torch.no_grad():
        model.weight[:] = w
        model.bias[:] = b
    optimiser = torch.optim.SGD([{"params": [model.weight]}, {"params": [model.bias]}], lr=learning_rate)
    criterion = nn.MSELoss()
    rows = []
    for epoch in range(epochs + 1):
        if epoch:
            optimiser.step()
            optimiser.zero_grad(set_to_none=False)
        loss = criterion(model(x[:, None]), y[:, None])
        loss.backward()
        rows.append(torch.cat([model.weight.detach().flatten(), model.bias.detach(), loss.detach()[None]]).clone())
    return tuple(torch.stack(rows).unbind(1))
