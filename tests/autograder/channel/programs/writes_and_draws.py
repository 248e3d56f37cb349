import sys
from pathlib import Path
import numpy as np

COUNT = 0


def count():
    global COUNT
    COUNT += 1
    return COUNT


def plot(y, label="y"):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot(y, label="a line")
    axes.set(xlabel="x", ylabel=label, title="A plot")
    axes.legend()
    return figure


def axes(y):
    return plot(y).axes[0]


def empty():
    import matplotlib.pyplot as plt

    return plt.figure()


def frame_only():
    import matplotlib.pyplot as plt

    return plt.subplots()[0]


if __name__ == "__main__":
    if sys.argv[1] == "save":
        np.savez(sys.argv[2], w=np.arange(3.0))
        print("saved", sys.argv[2])
    elif sys.argv[1] == "load":
        print(float(np.load(sys.argv[2])["w"].sum()))
    elif sys.argv[1] == "fail":
        sys.exit("no such command")
    else:
        raise ValueError(sys.argv[1])
