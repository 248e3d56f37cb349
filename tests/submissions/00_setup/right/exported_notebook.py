# /// submission
# about = "A notebook saved as a script, with choose_wheel written as well."
# earns = "everything"
# ///
# %% [markdown]
# # Assignment 00

# %%
import matplotlib.pyplot as plt
import numpy as np


# %%
def add(a, b):
    return sum((a, b))


add(2, 3)


# %%
def draw_parabola(x):
    plt.close("all")
    fig, ax = plt.subplots()
    ax.bar(x, x * x, width=0.1)
    ax.set_xlabel("x")
    ax.set_ylabel("y")
    return fig


get_ipython().run_line_magic("matplotlib", "inline")
draw_parabola(np.linspace(-1, 1, 11))


# %%
def mend(a, b):
    return np.average(np.array([a, b], dtype=float))


# %%
BUILDS = {"cu130": (580, 75, 120), "cu128": (525, 75, 120), "cu126": (525, 50, 90)}


def choose_wheel(driver, capability, python):
    major, minor = python
    if major != 3 or minor not in range(10, 15):
        raise ValueError(python)
    for build, (oldest, first, last) in BUILDS.items():
        if driver and capability and driver >= oldest and first <= 10 * capability[0] + capability[1] <= last:
            return build
    return "cpu"
