import torch
from torch.nn import Linear, Module, MSELoss, Parameter

torch.set_default_dtype(torch.float64)


class Line(Module):
    def __init__(self, w, b):
        super().__init__()
        self.w = Parameter(torch.tensor(float(w)))
        self.b = Parameter(torch.tensor(float(b)))

    def forward(self, x):
        return self.w * x + self.b


def gradients_by_autograd(x, y, w, b):
    line = Line(w, b)
    ((line(x) - y) ** 2).mean().backward()
    return line.w.grad.item(), line.b.grad.item()


def fit_by_autograd(x, y, w, b, learning_rate, epochs):
    line = Line(w, b)
    ws, bs, losses = [], [], []
    for epoch in range(epochs + 1):
        loss = ((line(x) - y) ** 2).mean()
        ws.append(line.w.detach().clone())
        bs.append(line.b.detach().clone())
        losses.append(loss.detach())
        if epoch < epochs:
            line.zero_grad()
            loss.backward()
            for parameter in line.parameters():
                parameter.data -= learning_rate * parameter.grad
    return torch.stack(ws), torch.stack(bs), torch.stack(losses)


def fit_by_module(x, y, w, b, learning_rate, epochs):
    model = Linear(1, 1)
    torch.nn.init.constant_(model.weight, w)
    torch.nn.init.constant_(model.bias, b)
    optimiser = torch.optim.SGD(model.parameters(), lr=learning_rate)
    error = MSELoss()
    path = torch.empty(3, epochs + 1)
    for epoch in range(epochs + 1):
        loss = error(model(x.view(-1, 1)).view(-1), y)
        path[:, epoch] = torch.tensor([model.weight.item(), model.bias.item(), loss.item()])
        if epoch == epochs:
            return path[0], path[1], path[2]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
