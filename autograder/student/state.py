"""Global state that one group of checks could leave behind for the next."""

import random
import sys

import numpy as np
from numpy import random as numpy_random


def reset(seed: int) -> None:
    """Seed the global random generators and undo global settings of NumPy, PyTorch and pyplot.

    Touches only libraries that are already imported.
    """
    random.seed(seed)
    numpy_random.seed(seed % 2**32)
    np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    torch = sys.modules.get("torch")
    if torch is not None:
        if torch.backends.cuda.is_built() or torch.backends.mps.is_built():
            torch.manual_seed(seed)
        else:
            torch.default_generator.manual_seed(seed)  # there is no other; looking for some takes forty times as long
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
