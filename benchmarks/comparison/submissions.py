"""The submissions that are compared: right and wrong ones of the bank, each as a notebook with one cell of answers.

Only such wrong ones are taken as earn all or nothing for each task, since a plain assert gives all or nothing too; and
only such right ones as warn of nothing, since nbgrader takes a warning for a failure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice

from autograder.course.bank import read_bank
from autograder.course.layout import Assignment
from autograder.course.notebooks import code_cell, notebook, text_cell
from autograder.course.stubs import BEGIN, END

ENTRIES = {
    "03_perceptron": (
        "reference",
        "wrong/neuron_forgets_bias",
        "right/loops",
        "right/einsum",
        "wrong/xor_is_or",
        "right/float_lists",
        "stub",
        "right/numpy_scalars",
        "wrong/boundary_has_the_wrong_sign",
        "right/own_class",
        "wrong/draw_only_shows",
        "right/one_big_fit",
    ),
    "08_autograd": (
        "reference",
        "wrong/step_sums_the_losses",
        "right/modules",
        "wrong/nodes_and_leaves",
        "right/old_style",
        "stub",
        "wrong/verify_compares_with_itself",
        "right/own_class",
        "wrong/distance_is_a_sum",
        "wrong/match_is_exact",
    ),
    "06_mnist": ("reference",),
}
"""Of each assignment, in the order in which a class hands them in, over and over."""

MAIN = '\nif __name__ == "__main__":'
"""Beginning of the part that would run in a kernel, and is not graded."""


@dataclass(frozen=True)
class Submission:
    """A submission: the code of the answer cell, and other modules; with the points that it earns."""

    student: str
    entry: str
    answer: str
    modules: Mapping[str, bytes]
    earns: Mapping[str, float]

    @property
    def notebook(self) -> bytes:
        """The notebook that is handed in."""
        return notebook([text_cell("title", f"# {self.student}"), code_cell("answer", self.answer)])


def submissions(assignment: Assignment, size: int) -> list[Submission]:
    """A class of this size."""
    bank = read_bank(assignment)
    main, *others = assignment.manifest.files
    found = []
    for number, name in enumerate(islice(cycle(ENTRIES[assignment.name]), size), start=1):
        entry = bank.entry(name)
        modules = {other: entry.files[other] for other in others}
        found.append(Submission(f"student_{number:03}", name, _answer(entry.files[main]), modules, entry.earns))
    return found


def notebook_name(assignment: Assignment) -> str:
    """Return what the notebook is called: as the first module."""
    return assignment.manifest.files[0].removesuffix(".py") + ".ipynb"


def _answer(module: bytes) -> str:
    source = module.decode("utf-8").partition(MAIN)[0]
    kept = [line for line in source.split("\n") if line.strip() not in (BEGIN, END)]
    return "\n".join(kept).strip("\n") + "\n"
