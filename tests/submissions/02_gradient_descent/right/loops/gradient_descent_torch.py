import torch


def gradients_by_autograd(x, y, w, b):
    w = torch.tensor(float(w), dtype=torch.float64, requires_grad=True)
    b = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    loss = 0
    for i in range(len(x)):
        loss = loss + (w * x[i] + b - y[i]) ** 2 / len(x)
    loss.backward()
    return float(w.grad), float(b.grad)


def fit_by_autograd(x, y, w, b, learning_rate, epochs):
    w, b = float(w), float(b)
    ws, bs, losses = [w], [b], []
    for epoch in range(epochs):
        losses.append(((w * x + b - y) ** 2).mean().item())
        dw, db = gradients_by_autograd(x, y, w, b)
        w -= learning_rate * dw
        b -= learning_rate * db
        ws.append(w)
        bs.append(b)
    losses.append(((w * x + b - y) ** 2).mean().item())
    return (
        torch.tensor(ws, dtype=torch.float64),
        torch.tensor(bs, dtype=torch.float64),
        torch.tensor(losses, dtype=torch.float64),
    )


def fit_by_module(x, y, w, b, learning_rate, epochs):
    model = torch.nn.Linear(1, 1).double()
    model.weight.data[0, 0] = w
    model.bias.data[0] = b
    loss_function = torch.nn.MSELoss()
    optimiser = torch.optim.SGD(model.parameters(), lr=learning_rate)
    ws = torch.zeros(epochs + 1, dtype=torch.float64)
    bs = torch.zeros(epochs + 1, dtype=torch.float64)
    losses = torch.zeros(epochs + 1, dtype=torch.float64)
    for k in range(epochs + 1):
        optimiser.zero_grad()
        loss = loss_function(model(x.unsqueeze(1)).squeeze(1), y)
        ws[k] = model.weight.item()
        bs[k] = model.bias.item()
        losses[k] = loss.item()
        loss.backward()
        if k < epochs:
            optimiser.step()
    return ws, bs, losses
