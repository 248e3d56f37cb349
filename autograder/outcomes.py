"""The outcomes of a check, and of a submission."""

from enum import Enum


class Outcome(str, Enum):
    """The outcome of one check. The value is what the records hold."""

    PASSED = "passed"
    WRONG = "wrong answer"
    NOT_ATTEMPTED = "not attempted"
    ERROR = "error in the submission"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    FORBIDDEN = "forbidden"
    PROTOCOL_FAILURE = "protocol failure"
    SKIPPED = "skipped"
    NOT_RUN = "not run"
    GRADER_ERROR = "grader error"


class Status(str, Enum):
    """The outcome of a submission as a whole. All but `GRADED` need a person."""

    GRADED = "graded"
    NOTHING_TO_GRADE = "nothing to grade"
    REFUSED = "refused"
    NEEDS_REVIEW = "needs review"


class Cause(str, Enum):
    """The one cause of a zero. Such a submission needs a person."""

    NOT_HANDED_IN = "its file was not handed in"
    EMPTY = "empty"
    NOT_LOADED = "does not load"
    STUB = "nothing attempted"
    NOTHING_ASKED_FOR = "defines nothing that was asked for"
