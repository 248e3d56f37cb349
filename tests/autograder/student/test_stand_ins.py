"""Functions of a check's in the place of the student's: how they may be called, and how they are undone."""

import numpy as np
import pytest

from autograder import expect
from autograder.channel.client import end_check
from autograder.channel.failures import CheckMisuse, StudentError, Unsendable
from autograder.student.stand_ins import PARAMETERS, StandIns, taking_calls_of

MODULE = """
def loss(A, Y, epsilon=1e-12):
    return ("own", epsilon)

def grown(A, Y, *, keep=True, size=3):
    return ("own", keep, size)

def renamed(answers, targets):
    return "own"

def open_ended(A, Y, **options):
    return ("own", options)

def wrapped(*given, **options):
    return "own"

def fewer(A):
    return "own"

def steps(A, Y=2):
    return "own"

class Model:
    def update(self, x, target, rate=1.0):
        return ("own", rate)

    def fit(self, *given, **named):
        return self.update(*given, **named)

class Grown(Model):
    pass

def call(name, *given, **named):
    return globals()[name](*given, **named)
"""


def seen(*given, **named):
    return ("stand-in", *given, *sorted(named.items()))


def standing_in(own, parameters):
    function = lambda *given, **named: seen(*given, **named)  # noqa: E731
    setattr(function, PARAMETERS, parameters)
    return taking_calls_of(own, function)


def own(name):
    space = {}
    exec(MODULE, space)
    return space[name]


TWO = [["A", False], ["Y", False]]


@pytest.mark.parametrize(
    ("name", "given", "named", "answered"),
    [
        ("loss", (1, 2), {}, ("stand-in", 1, 2)),
        ("loss", (1, 2, 1e-12), {}, ("stand-in", 1, 2)),
        ("loss", (1,), {"Y": 2, "epsilon": 1e-12}, ("stand-in", 1, 2)),
        ("loss", (1, 2), {"epsilon": 1e-9}, ("own", 1e-9)),
        ("loss", (1, 2), {"epsilon": np.zeros(2)}, "own"),
        ("grown", (1, 2), {"size": 3.0}, ("stand-in", 1, 2)),
        ("grown", (1, 2), {"keep": False}, ("own", False, 3)),
        ("renamed", (), {"targets": 2, "answers": 1}, ("stand-in", 1, 2)),
        ("open_ended", (1, 2), {}, ("stand-in", 1, 2)),
        ("open_ended", (1, 2), {"verbose": True}, ("own", {"verbose": True})),
        ("wrapped", (1, 2), {}, ("stand-in", 1, 2)),
        ("fewer", (1,), {}, ("stand-in", 1)),
        ("steps", (1,), {}, ("stand-in", 1, 2)),
    ],
)
def test_a_stand_in_takes_the_calls_of_the_function_in_its_place(name, given, named, answered):
    result = standing_in(own(name), TWO)(*given, **named)
    assert result == answered or (answered == "own" and result[0] == "own")


def test_a_parameter_with_a_default_is_passed_on_where_both_have_it():
    def agree(ours, theirs, tolerance=1e-6):
        return "own"

    function = standing_in(agree, [["ours", False], ["theirs", False], ["tolerance", True]])
    assert function(1, 2) == ("stand-in", 1, 2, ("tolerance", 1e-6))
    assert function(1, 2, 0.5) == ("stand-in", 1, 2, ("tolerance", 0.5))

    def other(ours, theirs, verbose=False):
        return "own"

    function = standing_in(other, [["ours", False], ["theirs", False], ["tolerance", True]])
    assert function(1, 2) == function(1, 2, False) == ("stand-in", 1, 2)


def test_a_call_that_fits_neither_is_named():
    with pytest.raises(TypeError, match=r"loss\(\) got an unexpected keyword argument 'rate'"):
        standing_in(own("loss"), TWO)(1, 2, rate=3)


def test_a_stand_in_of_which_nothing_is_known_gets_what_has_no_default():
    def step(z, threshold=0.0):
        return "own"

    function = taking_calls_of(step, np.array([-1e-300]).searchsorted)
    assert function(3.0) == function(3.0, 0) == 1
    assert function(3.0, threshold=1) == "own"


def test_a_class_stands_in_the_place_of_a_class():
    class Layer:
        def __init__(self, rate, seed=0):
            self.rate = rate

    places, module = StandIns(), type("Module", (), {"Layer": Layer})
    function = lambda size: [size]  # noqa: E731
    setattr(function, PARAMETERS, [["size", False]])
    places.put(module, "Layer", function)
    made, other = module.Layer(rate=0.5), module.Layer(0.5, seed=3)
    assert made == [0.5]
    assert isinstance(other, Layer)
    assert isinstance(made, module.Layer)
    assert isinstance(other, module.Layer)
    assert not isinstance([0.5], module.Layer)
    assert module.Layer.__name__ == "Layer"
    places.undo()
    assert module.Layer is Layer


def test_the_latest_stand_in_stands_and_all_are_undone():
    model, first, second = own("Model"), lambda self, x, target: 1, lambda self, x, target: 2
    grown, places = type("Grown", (model,), {}), StandIns()
    for target, function in [(model, first), (grown, first), (model, second)]:
        setattr(function, PARAMETERS, [["self", False], ["x", False], ["target", False]])
        places.put(target, "update", function)
    assert (model().update(0, 1, 1.0), grown().update(0, 1, rate=1)) == (2, 1)
    assert model().update(0, 1, 0.5) == ("own", 0.5)
    places.undo()
    assert model().update(0, 1) == grown().update(0, 1) == ("own", 1.0)
    assert "update" not in vars(grown)
    places.put(model, "size", 3)
    places.undo()
    assert model.size == 3


def test_stand_ins_of_a_check(open_student):
    def loss(A, Y):
        return expect.number(A) - expect.number(Y)

    def update(self, x, target):
        return expect.number(target)

    student = open_student(m=MODULE)
    student.m.loss = loss
    student.m.Model.update = update
    expect.number(student.m.call("loss", 5, 3, 1e-12), 2)
    expect.number(student.m.call("loss", 5, 3, epsilon=1e-12), 2)
    expect.number(expect.items(student.m.call("loss", 5, 3, epsilon=0.5), 2)[1], 0.5)
    expect.number(student.m.Model().fit(1, 7, rate=1), 7)
    with pytest.raises(StudentError, match="unexpected keyword argument 'rate'"):
        student.m.call("loss", 5, 3, rate=1)
    end_check()
    expect.text(expect.items(student.m.call("loss", 5, 3), 2)[0], "own")
    expect.text(expect.items(student.m.Model().fit(1, 7), 2)[0], "own")


NUMBERS = """
import numpy as np

def values(f):
    return [
        f(2), f(True), f(np.float16(2)), f(np.array(2.0)), f([1, True]), f(np.array([True, False])),
        f(np.array([[200]], dtype=np.uint8)), f(np.array([1.5], dtype=np.float16)),
    ]

def refused(f, number):
    return f([np.array([1, 2], dtype=object), "2", [[1], [1, 2]], None, 1j, 10**30, np.nan, [np.inf], {}][number])
"""


def test_numbers_of_any_kind(open_student):
    student, found = open_student(m=NUMBERS), []

    def double(x):
        value = expect.numbers(x)
        assert value.dtype == np.float64
        found.append(value.tolist())
        return 2 * value

    expect.items(student.m.values(double), 8)
    assert found == [2.0, 1.0, 2.0, 2.0, [1.0, 1.0], [1.0, 0.0], [[200.0]], [1.5]]
    for number in range(9):
        with pytest.raises(AssertionError):
            student.m.refused(double, number)


def test_numpy_does_not_warn_in_a_stand_in(open_student):
    student = open_student(m="import numpy as np\nnp.seterr(all='raise')\ndef call(f): return f(1e308)\n")

    def square(x):
        return expect.numbers(x) ** 2

    expect.number(student.m.call(square), np.inf)


ECHO = """
def text(): return "x" * 3 * 2**20
def call(f): return f(text())
def count(*values): return len(values)
"""


def test_what_is_too_much_to_go_back_is_no_fault_of_the_check(open_student):
    student = open_student(m=ECHO)

    def twice(value):
        return student.m.count(value, value)

    text = student.m.text()
    expect.number(student.m.count(text), 1)
    for call in (lambda: student.m.call(twice), lambda: student.m.count(text, text)):
        with pytest.raises(Unsendable, match="too large to be handed over"):
            call()
    with pytest.raises(CheckMisuse):
        student.m.count("x" * 6 * 2**20)
