"""Assignment 02, part 6: the same descent with PyTorch.

    x  (N,)   the inputs      tensor of float64, not tracked
    y  (N,)   the targets     tensor of float64, not tracked
    w, b      numbers         Python's float or int

All computing is in float64, which PyTorch does not choose by itself. The numbers are those of `gradient_descent.py`, to
twelve digits. No function changes x or y.
"""

import torch


def gradients_by_autograd(x, y, w, b):
    """The slopes of the mean squared error along w and along b, found by `backward` (task 6.1).

    Returns the tuple (dw, db) of two plain numbers (float), no tensors.
    """
    raise NotImplementedError("Your code here.")


def fit_by_autograd(x, y, w, b, learning_rate, epochs):
    """`fit` with all samples, with gradients from autograd (task 6.2).

    w, b: where to start; they may be whole numbers. epochs: a whole number, 0 or more.
    Returns the tuple (ws, bs, losses) of three tensors (epochs + 1,) of float64, none of them tracked: w, b and the
    loss at the start and after each update.
    """
    raise NotImplementedError("Your code here.")


def fit_by_module(x, y, w, b, learning_rate, epochs):
    """The same once more, in PyTorch's own parts: `nn.Linear`, `nn.MSELoss` and `optim.SGD` (task 6.3).

    Arguments and result are those of `fit_by_autograd`. `nn.Linear` takes samples in rows: a table (N, 1).
    """
    raise NotImplementedError("Your code here.")


# Given, and not graded: what `python gradient_descent_torch.py` prints.


def print_differences():
    """Print how far your three loops are from each other."""
    import gradient_descent

    x, y = gradient_descent.noisy_line(40, gradient_descent.np.random.default_rng(2))
    numpy_path = [torch.from_numpy(part) for part in gradient_descent.fit(x, y, 0.0, 0.0, 0.05, 100)]
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    for fit in (fit_by_autograd, fit_by_module):
        pairs = zip(fit(x, y, 0.0, 0.0, 0.05, 100), numpy_path, strict=True)
        largest = max(torch.max(torch.abs(one - other)).item() for one, other in pairs)
        print(f"{fit.__name__} and fit differ by {largest:.1e} at most")


if __name__ == "__main__":
    print_differences()
