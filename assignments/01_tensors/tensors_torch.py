"""Assignment 01: tensors, in PyTorch.

Only part 5 stands here. Everything in `tensors.py` can be done, and checked, before PyTorch is installed.

"Tensor" means a `torch.Tensor`. A tensor is *tracked* if its `requires_grad` is True: PyTorch then records what is
computed from it. Samples stand in rows. Arrays are contiguous, as NumPy makes them, and have one axis or more.
"""

import torch


def share(array):
    """An array as a tensor that uses the same memory (task 5.1).

    array: NumPy array of any shape, of float64, float32, int64 or uint8.
    Returns a tensor of the same shape and dtype. A number written into one of the two is seen in the other.
    """
    raise NotImplementedError("Your code here.")


def copy(array, dtype):
    """An array as a tensor with memory of its own (task 5.1).

    array: NumPy array of any shape, of float64, float32, int64 or uint8. dtype: the dtype of the tensor, such as
    torch.float32; it may be that of the array.
    Returns a tensor of the same shape and of this dtype, not tracked. A number written into the array later is not seen
    in it, and the other way round.
    """
    raise NotImplementedError("Your code here.")


def to_numpy(tensor):
    """A tensor as a NumPy array, whatever it is (task 5.2).

    tensor: of any shape and of float64, float32, int64 or bool. It may be tracked, computed from tracked tensors, a
    transposed view of another one, or in the memory of a graphics card.
    Returns an array of the same shape and dtype. The tensor stays as it is, and tracked if it was.
    """
    raise NotImplementedError("Your code here.")


def layer(X, W, b):
    """The layer of task 2.3 in PyTorch (task 5.3).

    X: tensor (m, n_in), samples in rows. W: tensor (n_out, n_in). b: tensor (n_out,). All have one dtype, float64 or
    float32.
    Returns a tensor (m, n_out) of this dtype, with the numbers that NumPy computes. If W and b are tracked, gradients
    flow back to them.
    """
    raise NotImplementedError("Your code here.")


def centred(array):
    """The numbers of an array, with the mean of each column taken away (task 5.4).

    array: NumPy array (m, n), of float64 or float32.
    Returns a tensor (m, n) of the same dtype. The array stays as it is.
    """
    raise NotImplementedError("Your code here.")


# Given, and not graded: what `python tensors_torch.py` prints.

if __name__ == "__main__":
    array = torch.zeros(3).numpy()
    shared, copied = share(array), copy(array, torch.float32)
    array[0] = 7
    print("7 was written into the array.")
    print("what shares its memory:", shared)
    print("what is a copy:        ", copied)
