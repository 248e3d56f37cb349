import torch


def leaf(values):
    return torch.tensor(values, requires_grad=True)


def square(x):
    return (x**2).sum()


def backward(loss):
    loss.backward()


def parameter():
    return torch.nn.Parameter(torch.zeros(2))


def half():
    return torch.ones(3, dtype=torch.bfloat16) * 1.5


def meta():
    return torch.empty(2, 3, device="meta")


def size():
    return torch.zeros(2, 3).shape


def described(x):
    return x.dtype, x.device, x.requires_grad, x.is_leaf


def cast(x, dtype, device):
    return x.to(dtype=dtype, device=device)


def draw(generator):
    return torch.rand(3, generator=generator)


def sparse():
    return torch.eye(3).to_sparse()


class Sly(torch.Tensor):
    pass


def sly():
    return torch.zeros(2).as_subclass(Sly)


def largest(x):
    return x.max(dim=0)
