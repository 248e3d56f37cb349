"""Hidden checks of the first steps: numbers drawn for each submission, and zeros, wholes and NumPy's own."""

import numpy as np
import pytest

from autograder import expect

SLACK = 1e-6
"""How far beyond the ends of a picture a number may lie that is rounded there."""


@pytest.mark.task("1.1")
def test_add_numbers(student, rng):
    """The sum is right for numbers of any sign, whole or not, zeros among them, and at every call."""
    a, b = rng.uniform(1, 9, size=2)
    pairs = [(a, b), (-a, b), (a, -b), (-a, -b), (b, a), (0, 0), (0.0, -a), (a, 0), (13, 29), (-13, 29), (29, -13)]
    pairs += [(1e6, b), (a, -1e6)]
    for first, second in [*pairs, (np.float64(a), np.int64(4)), (a, a), (13, 29)]:
        expect.number(student.first_steps.add(first, second), first + second)


@pytest.mark.task("1.2")
def test_parabola_of_any_x(student, rng):
    """The picture has labels and reaches over every x and y, for two numbers, for whole ones and below 0, too."""
    many = np.sort(rng.uniform(-9, 9, size=40))
    for x in (many, np.array([-4.0, 3.0]), np.array([-7, -3, -2]), np.array([0.0, 0.5, 1.5]), many + 20):
        kept = student.keep(x)
        answer = student.first_steps.draw_parabola(kept)
        expect.array(kept, x)
        picture = expect.figure(answer)
        expect.that(any(picture.xlabels), "The x axis has no label.")
        expect.that(any(picture.ylabels), "The y axis has no label.")
        shows_all(picture, x)


@pytest.mark.task("1.2")
def test_parabola_has_its_own_figure(student, rng):
    """Other x give another picture, in a figure of its own, also after further calls."""
    start = float(rng.uniform(0, 2))
    xs = [np.linspace(start, start + 3, 15), np.linspace(-start - 6, -start - 1, 15), np.array([-1, 0, 4])]
    answers = [student.first_steps.draw_parabola(x) for x in xs]
    pictures = [expect.figure(answer) for answer in answers]
    for number, picture in enumerate(pictures):
        expect.that(
            not any(picture.looks_like(other) for other in pictures[:number]),
            "The pictures of two calls with different x look the same.",
        )


@pytest.mark.task("1.3")
def test_mend_numbers(student, rng):
    """The number half-way is right for numbers of any sign, whole or not, and at every call."""
    a, b = rng.uniform(1, 9, size=2)
    pairs = [(a, b), (b, a), (-a, b), (a, -b), (-a, -b), (a, a), (-8, 8), (a, -a), (5, 0), (7.0, 0), (0, 5), (0, 0.0)]
    pairs += [(1e6, b), (a, -1e6), (1e6, 3e6)]
    for first, second in [*pairs, (np.float64(a), np.int64(3)), (a, b)]:
        expect.number(student.first_steps.mend(first, second), (first + second) / 2)


@pytest.mark.task("1.3")
def test_mend_whole_numbers(student):
    """The number half-way between whole numbers has its half, and none is lost below 0."""
    for a, b in ((3, 8), (8, 3), (-3, 8), (3, -8), (-3, -8), (1, 0), (2, 5)):
        expect.number(student.first_steps.mend(a, b), (a + b) / 2)


def shows_all(picture, x):
    """Some axes of the picture reach from the least to the largest x, and from the least to the largest x²."""
    ends = np.sort(picture.limits.reshape(-1, 2, 2)) + SLACK * np.array([-1, 1])
    wide = (ends[:, 0, 0] <= x.min()) & (x.max() <= ends[:, 0, 1])
    expect.that(wide.any(), "The picture does not reach over every x.")
    y = x**2
    high = (ends[:, 1, 0] <= y.min()) & (y.max() <= ends[:, 1, 1])
    expect.that((wide & high).any(), "The picture does not reach over every y = x².")
