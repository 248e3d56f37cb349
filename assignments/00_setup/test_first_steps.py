"""Public checks of the first steps: run `pytest` in this folder, or `autograder check`.

Hidden checks judge the same tasks with other numbers.
"""

import math

import numpy as np
import pytest

from autograder import expect

SLACK = 1e-6
"""How far beyond the ends of a picture a number may lie that is rounded there."""

# The driver, the GPU's compute capability, and the build for them.
WHEELS = [
    (580, (8, 6), "cu130"),
    (595, (12, 0), "cu130"),
    (579, (7, 5), "cu128"),
    (525, (10, 0), "cu128"),
    (580, (7, 0), "cu126"),
    (525, (5, 0), "cu126"),
    (524, (8, 6), "cpu"),
    (580, (3, 7), "cpu"),
    (595, (12, 1), "cpu"),
    (None, (8, 6), "cpu"),
    (580, None, "cpu"),
    (None, None, "cpu"),
]


@pytest.mark.task("1.1")
def test_add(student):
    """The sum of two numbers is right, and it is returned."""
    expect.number(student.first_steps.add(2, 3), 5)
    expect.number(student.first_steps.add(-4, 1.5), -2.5)
    expect.number(student.first_steps.add(0, 7), 7)
    expect.number(student.first_steps.add(0.125, 0.001), 0.126)


@pytest.mark.task("1.2")
def test_parabola_has_labels(student):
    """The picture is not blank, and both of its axes have labels."""
    picture = expect.figure(student.first_steps.draw_parabola(np.linspace(-2, 2, 21)))
    expect.that(any(picture.xlabels), "The x axis has no label: give it one, as with axes.set_xlabel.")
    expect.that(any(picture.ylabels), "The y axis has no label: give it one, as with axes.set_ylabel.")


@pytest.mark.task("1.2")
def test_parabola_changes_with_x(student):
    """The picture reaches over every x and every y, and x stays as it is."""
    for x in (np.linspace(-2, 2, 21), np.array([0, 1, 2, 5]), np.array([-5.0, -1.0, 1.0])):
        kept = student.keep(x)
        answer = student.first_steps.draw_parabola(kept)
        expect.array(kept, x)
        shows_all(expect.figure(answer), x)


@pytest.mark.task("1.2")
def test_parabola_begins_a_new_figure(student):
    """Each call begins a new figure, with a picture of its x, and leaves the one before it alone."""
    xs = (np.linspace(-2, 2, 21), np.linspace(1, 6, 21))
    first, second = [student.first_steps.draw_parabola(x) for x in xs]
    expect.that(
        not expect.figure(first).looks_like(expect.figure(second)),
        "The pictures of two calls with different x look the same. Draw the x that is passed in, and begin with "
        "figure, axes = plt.subplots(), so that each call has a figure of its own.",
    )


@pytest.mark.task("1.3")
def test_mend(student):
    """The number half-way between two numbers is right. Where it is not, this check says why."""
    for a, b in ((2, 6), (6, 2), (-3, 3)):
        halfway(student, a, b)


@pytest.mark.task("1.3")
def test_mend_gives_halves(student):
    """The number half-way need not be whole, nor do the two numbers."""
    for a, b in ((1, 2), (4, -9), (0.5, 1.25)):
        halfway(student, a, b)


@pytest.mark.ungraded
def test_choose_wheel(student):
    """choose_wheel chooses as the handout's table does."""
    choose_wheel = student.first_steps.choose_wheel
    for python in ((3, 10), (3, 12), (3, 14)):
        for driver, capability, build in WHEELS:
            expect.text(choose_wheel(driver, capability, python), build)
    for python in ((3, 9), (3, 15), (2, 7), (4, 0)):
        for driver, capability, _ in WHEELS:
            with expect.raises("ValueError"):
                choose_wheel(driver, capability, python)


def halfway(student, a, b):
    """The answer lies half-way between a, which is not 0, and b; a usual mistake is explained."""
    answer = student.first_steps.mend(a, b)
    middle = expect.number(answer)
    expect.that(
        not math.isclose(middle, a + b / 2),
        f"Half-way between {a} and {b} lies {(a + b) / 2:g}. Python divides before it adds, as you do on paper: "
        "a + b / 2 halves b alone. Put brackets around what is to be halved.",
        **{f"mend({a}, {b})": middle},
    )
    expect.number(answer, (a + b) / 2)


def shows_all(picture, x):
    """Some axes of the picture reach from the least to the largest x, and from the least to the largest x²."""
    ends = np.sort(picture.limits.reshape(-1, 2, 2)) + SLACK * np.array([-1, 1])
    wide = (ends[:, 0, 0] <= x.min()) & (x.max() <= ends[:, 0, 1])
    expect.that(wide.any(), "The picture does not reach over every x.")
    y = x**2
    high = (ends[:, 1, 0] <= y.min()) & (y.max() <= ends[:, 1, 1])
    expect.that((wide & high).any(), "The picture does not reach over every y = x².")
