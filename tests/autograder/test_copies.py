"""What stands in two places is the same in both."""

from tests.variants import COURSE


def test_the_network_of_08_is_that_of_05():
    network = COURSE.assignment("05_backprop").solution / "numpy_network.py"
    assert (COURSE.assignment("08_autograd").solution / "numpy_network.py").read_bytes() == network.read_bytes()
