import numpy as np
from numpy.testing import assert_allclose
from perceptron import step

assert_allclose(step(-1.0), 0.0)
assert_allclose(step(np.array([0.0, 2.0])), np.array([1.0, 1.0]))
