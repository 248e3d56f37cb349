"""Grade deep-learning assignments without letting a submission near its own verdict.

Public to an author of checks:

    from autograder import expect               what opens and judges the student's answers
    @pytest.mark.task("2.1", weight=2)          a check and the task that it judges (docs/authoring.md)
    student, rng, data                          fixtures: the student's modules, random numbers, the digits
    autograder.checks.answers.Student, Answer   their types, for annotations

Everything else may change with every version.
"""

__version__ = "0.1.0"
