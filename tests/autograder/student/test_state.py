"""After a reset, global generators draw the same again, and global settings are those of a new process."""

import random

import numpy as np
import pytest

from autograder.student import state


def test_global_generators_repeat():
    def drawn(seed):
        state.reset(seed)
        return random.random(), float(np.random.rand())

    assert drawn(5) == drawn(5) != drawn(6)


def test_pytorch_repeats_and_forgets_settings():
    torch = pytest.importorskip("torch")
    state.reset(5)
    first = torch.rand(3)
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    state.reset(5)
    assert torch.equal(torch.rand(3), first)
    assert torch.is_grad_enabled()
    state.reset(6)
    assert not torch.equal(torch.rand(3), first)
