"""What Python itself says of a mistake reaches the student: names, marks and shapes."""

import sys

import pytest

from autograder.channel.failures import StudentError
from autograder.checks.verdicts import verdict_of

MODULE = """
import numpy as np

def neuron(weights, bias):
    return wieghts * bias

def numbers():
    return np.zeors(3)

def places():
    values = {"a": [1, 2]}
    return 1 + values["a"][5]

def product(w, layers):
    return layers["W"] @ w.T

def dotted(w):
    return np.matmul(w, np.ones((3, 4)))

class Odd:
    def __dir__(self):
        raise SystemExit(1)

def odd():
    return Odd().wieghts
"""
MARKS = pytest.mark.skipif(sys.version_info < (3, 11), reason="Python has no marks before 3.11")


@pytest.fixture
def student(open_student):
    return open_student(m=MODULE)


def evidence(call, *arguments):
    with pytest.raises(StudentError) as caught:
        call(*arguments)
    return verdict_of(caught.value).evidence


def test_names_that_were_meant(student):
    assert "Did you mean: 'weights'?" in evidence(student.m.neuron, 1.0, 2.0)
    assert "Did you mean: 'zeros'?" in evidence(student.m.numbers)


def test_a_name_that_a_check_asks_for(student):
    with pytest.raises(StudentError) as caught:
        student.m.nuron(1.0)
    assert verdict_of(caught.value).evidence.endswith("has no attribute 'nuron'. Did you mean: 'neuron'?")


def test_an_object_that_cannot_be_looked_at(student):
    assert "has no attribute 'wieghts'" in evidence(student.m.odd)


@MARKS
def test_the_part_of_a_line_that_failed_is_marked(student):
    shown = evidence(student.m.places)
    assert '    return 1 + values["a"][5]\n               ~~~~~~~~~~~^^^\n' in shown


@MARKS
def test_both_shapes_of_a_product(student):
    import numpy as np

    said = evidence(student.m.product, np.ones((2, 4)), {"W": np.ones((2, 3))})
    assert "matmul of arrays of shapes (2, 3) and (4, 2): the last axis of the first has 3 entries" in said
    assert "gufunc" not in said and "(n?,k)" not in said


def test_a_product_whose_shapes_cannot_be_told(student):
    import numpy as np

    said = evidence(student.m.dotted, np.ones((2, 4)))
    assert "of two arrays: the last axis of the first has 4 entries, and the first but last of the second 3." in said


def test_a_line_that_cannot_be_read_is_marked(open_student):
    student = open_student(m="def f(x)\n    return x\n")
    with pytest.raises(StudentError) as caught:
        student.m.f(1)
    assert verdict_of(caught.value).evidence.splitlines()[-2:] == ["    def f(x)", "            ^"]
