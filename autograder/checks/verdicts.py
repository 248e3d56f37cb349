"""From what happened in a check to an outcome, a message for the student and a detail for the instructor."""

import re
import traceback
from collections.abc import Container
from dataclasses import dataclass

import pytest
from _pytest.outcomes import Skipped

from autograder.channel.failures import Frame, ProtocolFailure, StudentDied, StudentError, Unsendable
from autograder.channel.refusals import FORBIDDEN
from autograder.checks.answers import WrongAnswer
from autograder.checks.evidence import Evidence, history
from autograder.course.stubs import PLACEHOLDER
from autograder.outcomes import Outcome

PRINTED_SHOWN = 1_000
DETAIL_LENGTH = 8_000
ADDRESS = re.compile(r"0x[0-9a-fA-F]{8,}")
DETAIL_FRAMES = 8
HINTS = (
    (re.compile(r"bitwise_xor|for \^:"), "`^` is the exclusive or. A power is written `**`."),
    (
        re.compile(r"can't convert .* device|requires grad. Use"),
        "A tensor that is tracked becomes an array by `.detach().numpy()`.",
    ),
    (
        re.compile(r"truth value of an array|Boolean value of Tensor"),
        "`if`, `and` and `or` take one True or False, not one for each number: use `np.where`, or a mask.",
    ),
    (
        re.compile(r"backward through the graph a second time"),
        "A graph is freed by `backward`. Compute the loss anew before the next one.",
    ),
)
"""Sentences that are added to what Python says, by a pattern in it."""

OPENERS = {
    "autograder.expect",
    *(f"autograder.checks.{name}" for name in ("answers", "rendering")),
    *(f"autograder.channel.{name}" for name in ("client", "frames", "tensors", "values")),
}
"""Modules that open values of the student's, and show them."""

LIBRARIES = {"numpy", "reprlib"}
BUILT_IN = (
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "EOFError",
    "FileNotFoundError",
    "ImportError",
    "IndexError",
    "KeyError",
    "NameError",
    "NotImplementedError",
    "OSError",
    "RecursionError",
    "RuntimeError",
    "StopIteration",
    "SystemExit",
    "TypeError",
    "UnboundLocalError",
    "ValueError",
    "ZeroDivisionError",
)
"""The exceptions that are named to whoever may not see what was raised; of any other the nearest one above it."""

NO_MEMORY = (("RuntimeError", "DefaultCPUAllocator: can't allocate memory"), ("OSError", "[Errno 12]"))
"""Texts of errors that mean a lack of memory and are no `MemoryError`: PyTorch's, and the system's about `mmap`."""


IN_CALL = " It was in `"
"""Begins what is said of a process that died while a function was called."""

HIDDEN = "This check is hidden: its inputs are not shown."
TRIED = frozenset(
    {
        Outcome.WRONG,
        Outcome.ERROR,
        Outcome.TIMED_OUT,
        Outcome.OUT_OF_MEMORY,
        Outcome.CRASHED,
        Outcome.FORBIDDEN,
    }
)
"""Outcomes of a check that has put something to the student's code."""


class PrerequisiteFailed(Skipped):
    """The check was skipped because a task that it builds on did not pass."""


class PrerequisiteUnjudged(Exception):
    """The check was not run: the grader failed to judge a task that it builds on."""


class NotRun(Skipped):
    """The check was not run: the submission's time is used up, or its process stopped twice in the task."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a check, in words.

    `sentence` is fixed text, safe for the student. `evidence` may hold values and what the student's code chose. For
    a fault of the grader it is the traceback. Addresses are taken out, so that the same submission gives the same
    words in every run.
    """

    outcome: Outcome
    sentence: str = ""
    evidence: str = ""

    def quoted(self, *, public: bool) -> str:
        """The evidence that the student may read: that of a public check, unless the grader is at fault."""
        return self.evidence if public and self.outcome is not Outcome.GRADER_ERROR else ""

    def message(self, *, public: bool) -> str:
        """Return what the student may read; of a hidden check, that it is one."""
        hidden = HIDDEN if not public and self.outcome in TRIED else ""
        return _lines(self.sentence, self.quoted(public=public), hidden)

    @property
    def detail(self) -> str:
        """The text that the instructor reads."""
        if self.outcome is Outcome.GRADER_ERROR:
            return self.evidence
        return _lines(self.sentence, self.evidence)[:DETAIL_LENGTH]


def verdict_of(error: BaseException | None, *, printed: str = "", functions: Container[str] = frozenset()) -> Verdict:
    """The verdict on a check that ended with `error`, or passed where that is `None`.

    `functions` are those of the assignment, which may be named to everybody.
    """
    if error is None:
        return Verdict(Outcome.PASSED)
    if isinstance(error, PrerequisiteUnjudged):
        return Verdict(Outcome.GRADER_ERROR, str(error))
    outcome, sentence, evidence = _explain(error, functions)
    if outcome is Outcome.GRADER_ERROR:
        trace = traceback.format_exception(type(error), error, error.__traceback__, limit=-DETAIL_FRAMES)
        return Verdict(outcome, sentence, presentable("".join(trace)[-DETAIL_LENGTH:]))
    if printed:
        evidence = _lines(evidence, f"It printed:\n{_shortened(printed)}")
    return Verdict(outcome, presentable(sentence), presentable(evidence))


def _explain(error: BaseException, functions: Container[str]) -> tuple[Outcome, str, str]:
    """Outcome, sentence and evidence."""
    if isinstance(error, MemoryError) and _was_opening(error):
        return Outcome.WRONG, "The result is too large to be judged.", ""
    if isinstance(error, WrongAnswer):
        return Outcome.WRONG, error.fixed, error.shown
    if isinstance(error, StudentError):
        return _student_error(error, functions)
    if isinstance(error, StudentDied):
        return error.outcome, f"{error.sentence}{f'{IN_CALL}{error.called}`.' if error.called else ''}", error.shown
    if isinstance(error, Unsendable):
        return Outcome.WRONG, f"The result cannot be judged: it is {error}.", ""
    if isinstance(error, ProtocolFailure):
        return (
            Outcome.PROTOCOL_FAILURE,
            "The submission interfered with how it is graded, so this check fails.",
            f"The student process sent {error}.",
        )
    if isinstance(error, PrerequisiteFailed):
        return Outcome.SKIPPED, str(error.msg), ""
    if isinstance(error, NotRun):
        return Outcome.NOT_RUN, str(error.msg), ""
    if isinstance(error, AssertionError) and not isinstance(error, pytest.fail.Exception):
        return Outcome.WRONG, "The result is wrong.", str(error)
    return Outcome.GRADER_ERROR, "This check could not be judged. That is not your fault.", ""


def _was_opening(error: BaseException) -> bool:
    """Return whether a value of the student's was being opened or shown, by a library at the most."""
    modules = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [name for name in modules if name.partition(".")[0] not in LIBRARIES]
    return own[-1] in OPENERS


def _student_error(error: StudentError, functions: Container[str]) -> tuple[Outcome, str, str]:
    where = "\n".join(map(_place, error.frames))
    hints = (hint for said, hint in HINTS if said.search(error.text))
    shown = _lines(f"It raised {error}", where, *hints, _call(error))
    if from_stub(error):
        place = error.frames[-1] if error.frames else None
        spot = f"See {place.file}, line {place.line}, in {place.function}." if place else ""
        return Outcome.NOT_ATTEMPTED, "Not attempted yet: the code still raises NotImplementedError.", spot
    if error.forbidden is not None:
        return Outcome.FORBIDDEN, f"Not allowed here: {FORBIDDEN[error.forbidden]}.", shown
    if "MemoryError" in error.bases or any(base in error.bases and said in error.text for base, said in NO_MEMORY):
        return Outcome.OUT_OF_MEMORY, "The code asked for more memory than it may use.", shown
    if "SyntaxError" in error.bases:
        return Outcome.ERROR, "The code is not valid Python.", shown
    if "ImportError" in error.bases:
        return Outcome.ERROR, "A module that your code imports could not be found.", shown
    function = next((frame.function for frame in reversed(error.frames) if frame.function in functions), "")
    return Outcome.ERROR, f"The code raised {built_in(error)}{f' in `{function}`' if function else ''}.", shown


def _call(error: StudentError) -> str:
    """Return the call in which a line of the submission raised an error, with the state before it."""
    if not error.frames or error.frames[0].function in ("", "<module>") or error.deed is None:
        return ""
    before, calls = history(error.deed.origin)
    return str(Evidence(before=before, calls=calls))


def _place(frame: Frame) -> str:
    """One line of the student's, and the marks below it."""
    source = frame.source.replace("\n", "\n    ")
    return f"  {frame.file}, line {frame.line}{f', in {frame.function}' if frame.function else ''}\n    {source}"


def built_in(error: StudentError) -> str:
    """Return an exception's nearest built-in type of a short list, with its article."""
    name = next((base for base in error.bases if base in BUILT_IN), "")
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}" if name else "an exception"


def from_stub(error: StudentError) -> bool:
    """Return whether the stub's own line raised it; libraries have a `NotImplementedError` of theirs."""
    return "NotImplementedError" in error.bases and error.text == PLACEHOLDER


def presentable(text: str) -> str:
    """Text without addresses and without what no file can hold (half a surrogate pair)."""
    return ADDRESS.sub("0x…", text).encode("utf-8", "replace").decode("utf-8")


def _lines(*parts: str) -> str:
    """The parts that are not empty, each on lines of its own."""
    return "\n".join(filter(None, parts))


def _shortened(text: str) -> str:
    return text if len(text) <= PRINTED_SHOWN else f"{text[:PRINTED_SHOWN]}\n…"
