"""Public checks of assignment 11, the cures: run `pytest` here, or `autograder check`.

Each patient is treated with samples and a generator that you have not seen, and hidden checks do it twice more.
"""

import numpy as np
import pytest

from autograder import expect

BOUND = 0.1


@pytest.mark.task("3.1")
def test_ada_is_well(student):
    """Ada learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.ada, "ada")


@pytest.mark.task("3.2")
def test_ben_is_well(student):
    """Ben learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.ben, "ben")


@pytest.mark.task("3.3")
def test_cleo_is_well(student):
    """Cleo learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.cleo, "cleo")


@pytest.mark.task("3.4")
def test_dan_is_well(student):
    """Dan learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.dan, "dan")


@pytest.mark.task("3.5")
def test_eve_is_well(student):
    """Eve learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.eve, "eve")


@pytest.mark.task("3.6")
def test_finn_is_well(student):
    """Finn learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.finn, "finn")


@pytest.mark.task("3.7")
def test_gus_is_well(student):
    """Gus learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.gus, "gus")


@pytest.mark.task("3.8")
def test_hana_is_well(student):
    """Hana learns, to a loss below 0.1, and the model gives a sample the same answer each time."""
    judge_patient(student, student.patients.hana, "hana")


def judge_patient(student, patient, name):
    """Treat a patient, and ask its model."""
    X, y = samples_for(name, np.random.default_rng(21))
    sent = student.tensor(X, dtype="float64")
    model, losses = expect.items(patient(sent, student.tensor(y, dtype="float64"), student.generator(21)), 2)
    values = [expect.number(loss) for loss in expect.items(losses)]
    expect.that(len(values) > 0, "There should be a loss before each update.")
    answers = expect.tensor(model(sent), shape=y.shape).values.astype(float)
    loss = loss_of(name, answers, y)
    expect.that(bool(loss < BOUND), "The loss on the samples should be below 0.1 after the training.", loss=loss)
    expect.tensor(model(sent), answers)
    with expect.given("some of the samples, in another order"):
        expect.tensor(model(student.tensor(X[::-3], dtype="float64")), answers[::-3], rtol=1e-6, atol=1e-9)


def samples_for(name, rng):
    """Forty samples of the kind that a patient learns from."""
    if name in ("ada", "cleo"):
        X = rng.normal(size=(40, 2)) * [2, 1]
        return X, X @ [[0.5], [-4.0]] + 2
    X = rng.uniform(-1, 1, size=(40, 2))
    X += 0.3 * np.sign(X)
    return X, 1.0 * (X.prod(axis=1, keepdims=True) > 0)


def loss_of(name, answers, y):
    """The mean squared error of Ada and Cleo; of all others the cross-entropy, with logarithms from -100 on."""
    if name in ("ada", "cleo"):
        return float(np.mean((answers - y) ** 2))
    expect.that(bool(np.all((answers >= 0) & (answers <= 1))), "The model should answer with probabilities.")
    costs = -np.log(np.where(y == 1, answers, 1 - answers))
    return float(np.mean(np.minimum(costs, 100)))
