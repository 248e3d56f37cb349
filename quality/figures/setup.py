"""The numbers of 00: sums, halves, squares, and which build of PyTorch fits which computer."""

import numpy as np

from autograder.doctor.cuda import OLDEST_DRIVER
from quality.figures import Figure, close, reference


def sums() -> list[Figure]:
    """Return what the handout adds, halves and squares."""
    steps = reference("00_setup", "first_steps.py")
    squares = (np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) ** 2).tolist()
    return [
        close("add(2, 3)", 5, steps.add(2, 3), 0),
        Figure("0.1 + 0.2", "0.30000000000000004", repr(steps.add(0.1, 0.2)), steps.add(0.1, 0.2) == 0.1 + 0.2),
        close("half-way between 2 and 6", 4, steps.mend(2, 6), 0),
        close("half-way between 1 and 2", 1.5, steps.mend(1, 2), 0),
        close("what the wrong mend makes of 2 and 6", 5, 2 + 6 / 2, 0),
        close("what the wrong mend makes of 0 and 6, for which it is right", steps.mend(0, 6), 0 + 6 / 2, 0),
        Figure("squares of -2 to 2", "[4, 1, 0, 1, 4]", str([int(y) for y in squares]), squares == [4, 1, 0, 1, 4]),
    ]


def wheels() -> list[Figure]:
    """The builds of PyTorch 2.11, by the handout's table."""
    choose = reference("00_setup", "first_steps.py").choose_wheel
    asked = {
        "driver 550, capability 8.6": (550, (8, 6), "cu128"),
        "driver 580, a Volta (7.0)": (580, (7, 0), "cu126"),
        "the last of Turing and later (12.0), driver 580": (580, (12, 0), "cu130"),
    }
    chosen = {what: (build, choose(driver, gpu, (3, 12))) for what, (driver, gpu, build) in asked.items()}
    return [
        *(Figure(f"wheel for {what}", build, found, build == found) for what, (build, found) in chosen.items()),
        close("oldest driver for CUDA 13, as the doctor knows it", 580, OLDEST_DRIVER[13], 0),
        close("oldest driver for CUDA 12, as the doctor knows it", 525, OLDEST_DRIVER[12], 0),
    ]


MEASUREMENTS = [sums, wheels]
