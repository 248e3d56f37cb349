"""The pattern of a difference: found where it fits, and nothing where it does not."""

import numpy as np
import pytest

from autograder.checks import patterns

RNG = np.random.default_rng(22)
WANTED = RNG.normal(size=(3, 4))
COLUMN = RNG.normal(size=6)
START = RNG.normal(size=(3, 4))
SAMPLES = np.zeros((2, 5))


@pytest.mark.parametrize(
    ("result", "known", "words"),
    [
        (-WANTED, [], "−1 times"),
        (2 * WANTED, [], "2 times"),
        (WANTED / 2, [], "½ of"),
        (5 * WANTED, [SAMPLES], "m times"),
        (WANTED / 5, [SAMPLES], "1/m of"),
        (-5 * WANTED, [SAMPLES], "by a factor of m, the length of an axis, and by its sign"),
        (0.7 * WANTED, [], "but for one factor"),
        (WANTED + 0.25, [], "off by the same amount"),
        (WANTED[::-1], [], "rows are in reverse order"),
        (WANTED[:, ::-1], [], "columns are in reverse order"),
        (RNG.permutation(WANTED.ravel()).reshape(3, 4), [], "in another order"),
        (START, [START], "equal to an argument"),
        (START * (1 - START), [START], "wants the sigmoid of z"),
        (1 - START**2, [START], "wants the tanh of z"),
        (START - (WANTED - START), [START], "the step goes the other way"),
        (START + 2 * (WANTED - START), [START], "The change from what was there before is 2 times"),
        (START + 5 * (WANTED - START), [START, SAMPLES], "The change from what was there before is m times"),
        (WANTED.astype(np.float32), [], "stored as float32"),
        (WANTED.astype(np.float32).astype(float), [], "stored as float32"),
        (WANTED + 1e-7 * np.sin(WANTED), [], "only the last ones are lost"),
        (np.trunc(10 * WANTED) / 10, [], ""),
        (np.zeros((3, 4)), [], "Every number is 0"),
        (np.full((3, 4), 0.3), [], "All numbers are the same"),
        (WANTED, [], ""),
        (np.full((3, 4), np.nan), [], ""),
    ],
)
def test_a_pattern_of_an_array(result, known, words):
    found = patterns.difference(result, WANTED, known)
    assert words in found and bool(found) == bool(words)


@pytest.mark.parametrize(
    ("result", "wanted"), [(-2 * START, 0 * START), (0 * START, 2 * START), (5 * START, 3 * START)]
)
def test_multiples_of_an_argument_tell_nothing_of_a_step(result, wanted):
    assert "change" not in patterns.difference(result, wanted, [START, SAMPLES])


def test_patterns_of_other_shapes():
    square = WANTED[:, :3]
    assert "transposed" in patterns.difference(square.T, square)
    assert "one place too late" in patterns.difference(np.r_[9.9, COLUMN[:-1]], COLUMN)
    assert "one place too early" in patterns.difference(np.r_[COLUMN[1:], 9.9], COLUMN)
    assert "reverse order" in patterns.difference(COLUMN[::-1], COLUMN)
    assert "running totals" in patterns.difference(np.cumsum(COLUMN), COLUMN)
    assert "running totals" in patterns.difference(np.array([2, 4, 6, 8]), np.array([2, 2, 2, 2]))
    assert "whole numbers" in patterns.difference(np.trunc(9 * COLUMN).astype(int), 9 * COLUMN)
    array = RNG.normal(size=(3, 3))
    assert "summed over the other axis" in patterns.difference(array.sum(axis=0), array.sum(axis=1), [array])
    assert "averaged over the other axis" in patterns.difference(array.mean(axis=1), array.mean(axis=0), [array])


@pytest.mark.parametrize(
    ("found", "wanted", "words"),
    [
        ((4, 4), (4,), "met a row"),
        ((4, 4), (4, 1), "met a row"),
        ((2, 3), (3, 2), "transposed"),
        ((), (3,), "axes are gone"),
        ((3,), (3, 1), "axis of length 1 is missing"),
        ((3, 1), (3,), "too many"),
        ((1, 4), (3, 1), "sum over the other axis"),
        ((2, 3), (2, 4), ""),
        ((4, 4), (4, 3), ""),
        ((5,), (3, 1), ""),
    ],
)
def test_a_pattern_of_a_shape(found, wanted, words):
    said = patterns.shape(found, wanted)
    assert words in said and bool(said) == bool(words)


@pytest.mark.parametrize(
    ("result", "wanted", "words"),
    [
        (-0.3717, 0.3717, "−1 times"),
        (0.7434, 0.3717, "2 times"),
        (0.18585, 0.3717, "½ of"),
        (5 * 0.3717, 0.3717, "m times"),
        (0.3717 / 5, 0.3717, "1/m of"),
        (0.37170001, 0.3717, "digits"),
        (0.4717, 0.3717, ""),  # never an offset
        (3 * 0.3717, 0.3717, ""),  # no axis has this length
        (4.0, 2.0, ""),  # whole numbers are twice each other by accident
        (1.0, 0.5, ""),
        (-1.0, 1.0, ""),
        (0.0, 0.3717, ""),
        (np.inf, 0.3717, ""),
    ],
)
def test_a_pattern_of_one_number(result, wanted, words):
    said = patterns.number(result, wanted, [5])
    assert words in said and bool(said) == bool(words)


def test_independent_numbers_have_no_pattern():
    rng = np.random.default_rng(1)
    shapes = [(), (1,), (2,), (1, 1), (2, 2), (3, 1), (1, 4), (3, 3), (3, 5)]
    for trial in range(1000):
        shape = shapes[trial % len(shapes)]
        known = [rng.normal(size=shape), rng.normal(size=(3, 5)), rng.normal(size=(5,))]
        one, two = rng.normal(size=shape), rng.normal(size=shape)
        assert not patterns.difference(one, two, known)
        assert not patterns.number(float(one.sum()), float(two.sum()), [2, 3, 5])


def test_labels_and_small_counts_have_no_pattern():
    rng = np.random.default_rng(2)
    for trial in range(1000):
        size = 1 + trial % 6
        one, two = rng.integers(2, size=size), rng.integers(2, size=size)
        assert not patterns.difference(one, two, [rng.integers(2, size=size)])
        one, two = rng.integers(3, size=2), rng.integers(3, size=2)
        assert not patterns.difference(one, two, [rng.integers(3, size=2)])


def test_a_pattern_tells_no_value():
    secret = 987654321.25
    wanted = secret * (1 + RNG.random((3, 3)))
    others = [-wanted, 2 * wanted, 3 * wanted, wanted / 3, wanted + secret, wanted.T, wanted[::-1], 0.3 * wanted]
    said = [patterns.difference(result, wanted, [np.full((3, 3), secret)]) for result in others]
    assert all(said) and not [
        one for one in said if any(character.isdigit() for character in one.replace("1", "")) and "2 times" not in one
    ]
