"""What stands in two places is the same in both."""

import pytest

from quality.variants import COURSE


@pytest.mark.parametrize("later", ["06_mnist", "08_autograd"])
def test_the_network_brought_along_is_that_of_05(later):
    network = COURSE.assignment("05_backprop").solution / "numpy_network.py"
    assert (COURSE.assignment(later).solution / "numpy_network.py").read_bytes() == network.read_bytes()
