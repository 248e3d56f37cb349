"""Every check of the repository, on a reference that turns to garbage, fails without a fault of ours.

It turns to garbage at once, or after some honest exchanges. `make test` takes one assignment and one number of them for
each kind of garbage, other ones on each version of Python; `make thorough` takes all. Where a check trains on images,
there are few of them here.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from autograder.outcomes import Outcome
from autograder.proving.garbage import GARBAGE, HONEST, outcomes
from quality.variants import COURSE, THOROUGH, marked

pytestmark = [pytest.mark.slow, pytest.mark.once]


@pytest.fixture(scope="module")
def pool():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


def pairs():
    """The assignments and kinds of garbage that are tried here."""
    names = COURSE.names()
    for turn, kind in enumerate(GARBAGE, start=sys.version_info.minor):
        for name in names if THOROUGH else [names[turn % len(names)]]:
            yield marked(name, kind, id=f"{kind}-{name}")


@pytest.mark.parametrize(("assignment", "kind"), list(pairs()))
def test_no_garbage_is_a_grader_error(pool, assignment, kind):
    turn = list(GARBAGE).index(kind) + COURSE.names().index(assignment)
    for honest in HONEST if THOROUGH else [HONEST[turn % len(HONEST)]]:
        found = pool.submit(outcomes, COURSE.assignment(assignment), honest, kind).result()
        assert found, "no check ran"
        faults = {name: detail for name, (outcome, detail) in found.items() if outcome is Outcome.GRADER_ERROR}
        if faults:
            pytest.fail(f"after {honest} exchanges: {faults}"[:2000])
        if honest == 0:
            passed = [name for name, (outcome, _) in found.items() if outcome is Outcome.PASSED]
            assert not passed, f"{kind} passes {passed}"
