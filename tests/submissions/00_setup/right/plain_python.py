# /// submission
# about = "No NumPy: loops and lists."
# earns = "everything"
# ///
import matplotlib.pyplot as plt


def add(a, b):
    total = 0
    for number in (a, b):
        total += number
    return total


def draw_parabola(x):
    xs = []
    ys = []
    for number in x:
        xs.append(float(number))
        ys.append(float(number) ** 2)
    figure = plt.figure()
    axes = figure.add_subplot()
    axes.plot(xs, ys, "o--", color="black")
    axes.set_title("A parabola")
    axes.set(xlabel="input", ylabel="square")
    return figure


def mend(a, b):
    return a + (b - a) / 2
