# /// attack
# lines = [33]
# tries = "Right, with warnings, logging, prints on both streams, plt.show() and plots left open."
# score = 20
# ///
import logging
import sys
import warnings

import matplotlib.pyplot as plt

_step, _draw = step, draw_gate


def step(z):
    warnings.warn("careful", stacklevel=1)
    logging.warning("careful")
    print("step", z)
    print("step", z, file=sys.stderr)
    np.float64(1) / np.float64(0)
    return _step(z)


def draw_gate(weights, bias, targets):
    plt.figure()
    plt.plot([1, 2])
    plt.show()
    figure = _draw(weights, bias, targets)
    plt.show(block=True)
    return figure
