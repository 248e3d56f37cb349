"""Assignment 00: setup. A function to fill in, a picture to draw, a mistake to mend, and a wheel to choose.

A number may be an int, a float or a NumPy scalar.
"""

import matplotlib.pyplot as plt
import numpy as np


def add(a, b):
    """Add two numbers (task 1.1).

    a, b: numbers, of any sign, whole or not.
    Returns their sum, a number. To print it is not enough.
    """
    raise NotImplementedError("Your code here.")


def draw_parabola(x):
    """Draw the parabola y = x² over the given x (task 1.2).

    x: array (n,) of n >= 2 numbers, ints or floats, in rising order. It stays as it is.
    Both axes have labels, and the picture reaches over every x and every y. Each call begins a new figure.
    Returns the matplotlib Figure or its Axes.
    """
    raise NotImplementedError("Your code here.")


def mend(a, b):
    """Find the number half-way between a and b (task 1.3). The body is wrong on purpose: mend it.

    a, b: numbers, of any sign, whole or not, either of them the larger one.
    Returns a number, which need not be whole: half-way between 1 and 2 lies 1.5.
    """
    return a + b / 2


def choose_wheel(driver, capability, python):
    """Choose the build of PyTorch for a computer, by the handout's table (not graded: you may leave it out).

    driver: int, the first number of the NVIDIA driver's release (550 of 550.54.14), or None without such a driver.
    capability: tuple of two ints, the compute capability of the GPU ((8, 6) for 8.6), or None without an NVIDIA GPU.
    python: tuple of two ints, as (3, 12).
    Returns "cu130", "cu128" or "cu126": the newest build that both the driver and the GPU can use. Returns "cpu" where
    no build fits, or where the driver or the GPU is None.
    Raises ValueError if there is no build for this Python.
    """
    raise NotImplementedError("Your code here.")


# Given, and not graded: what `python first_steps.py` does.

if __name__ == "__main__":
    picture = draw_parabola(np.linspace(-3, 3, 61)).figure
    picture.savefig("my_parabola.png", dpi=120)
    plt.close(picture)
    print("Saved my_parabola.png.")
