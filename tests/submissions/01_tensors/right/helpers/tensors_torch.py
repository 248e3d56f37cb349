import numpy as np
import torch


def share(array):
    tensor = torch.from_numpy(array)
    assert tensor.data_ptr() == array.__array_interface__["data"][0]
    return tensor


def copy(array, dtype):
    return share(array).clone().to(dtype=dtype)


def to_numpy(tensor):
    with torch.no_grad():
        return np.copy(tensor.clone().cpu().detach().numpy())


def layer(X, W, b):
    module = torch.nn.functional
    return module.linear(input=X, weight=W, bias=b)


def centred(array):
    own = share(array).clone()
    own -= own.mean(dim=0, keepdim=True)
    return own
