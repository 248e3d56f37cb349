import torch


def share(array):
    return torch.from_numpy(array)


def copy(array, dtype):
    return torch.as_tensor(array.copy(), dtype=dtype)


def to_numpy(tensor):
    return tensor.data.cpu().numpy()


def layer(X, W, b):
    return torch.add(torch.mm(X, torch.t(W)), b)


def centred(array):
    return torch.sub(torch.from_numpy(array), torch.mean(torch.from_numpy(array), 0, True))
