"""The course's own hints, and the functions that tasks ask for."""

import pytest

from autograder.course.functions import asked_for, functions_of
from autograder.course.hints import hints_of, where_to_read
from autograder.course.stubs import given_files
from quality.variants import COURSE

ASSIGNMENTS = [assignment for assignment in COURSE.assignments() if not assignment.manifest.draft]
NO_HINT = {"07_hyperparameters": {"6.3"}}
NOTHING_TO_WRITE = {"03_perceptron": {"3.2"}, "04_xor": {"3.3"}, "05_backprop": {"6.1"}, "12_engine": {"1.9"}}


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_every_task_has_a_hint_and_a_heading(assignment):
    parts = [part.id for part in assignment.manifest.parts]
    assert list(hints_of(assignment)) == [part for part in parts if part not in NO_HINT.get(assignment.name, ())]
    assert all(where_to_read(assignment, part) for part in parts)


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
def test_every_function_to_be_written_is_found_by_its_task(assignment):
    tasks = {task.id for task in assignment.manifest.tasks}
    given = {name: content for name, content in given_files(assignment).items() if name.endswith(".py")}
    own = [functions_of(given[name]) for name in given if name not in assignment.manifest.brought]
    for function in (one for functions in own for one in functions if one.empty):
        assert set(function.tasks) <= tasks, function.name
        assert function.tasks or assignment.name == "00_setup", function.name
    if assignment.name in NOTHING_TO_WRITE:
        found = {task for task in tasks if any(asked_for(functions, task) for functions in own)}
        assert tasks - found == NOTHING_TO_WRITE[assignment.name]
