"""The one cause that a zero may have: a person looks at it, since it says nothing on what its author can do."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from autograder.channel.failures import kind_of
from autograder.checks.verdicts import IN_CALL, TRIED, Verdict
from autograder.outcomes import Cause, Outcome

UNJUDGED = (Outcome.SKIPPED, Outcome.NOT_RUN)
DEATHS = (Outcome.CRASHED, Outcome.OUT_OF_MEMORY, Outcome.TIMED_OUT, Outcome.PROTOCOL_FAILURE)

UNTRIED = {
    Cause.STUB: "Nothing is attempted yet: the code is still the stub's.",
    Cause.EMPTY: "There is no code: nothing but blank lines and comments.",
    Cause.NOTHING_ASKED_FOR: "Nothing that the checks ask for is defined.",
}
"""Causes of which every check would say the same, and that in a sentence."""

EVIDENCE = {
    Cause.NOT_HANDED_IN: re.compile(r"It raised ModuleNotFoundError: \w+\.py was not handed in"),
    # Raised by no line of the submission: a check has asked for what it does not define.
    Cause.NOTHING_ASKED_FOR: re.compile(r"It raised AttributeError: module '\w+' has no attribute '\w+'(?!\n  )"),
    # No line could be run, or the first one of the submission that took part is at the top of a file.
    Cause.NOT_LOADED: re.compile(
        r"It raised NotebookError: "
        r"|It raised (SyntaxError|IndentationError|TabError): .*\n  [^\n]+, line \d+\n"
        r"|It raised .*\n  [^\n]+, line \d+, in <module>\n"
    ),
}
"""Patterns that the evidence of a verdict with one of these causes begins with."""


def one_cause(verdicts: Sequence[Verdict], *, empty: bool) -> Cause | None:
    """Return the cause of nearly all verdicts on a submission without points; `None` if it earned or tried something.

    `empty` says that its files hold no code.
    """
    judged = [verdict for verdict in verdicts if verdict.outcome not in UNJUDGED]
    if not judged or any(verdict.outcome is Outcome.PASSED for verdict in judged):
        return None
    ends = {(verdict.outcome, verdict.sentence.partition(IN_CALL)[0], verdict.evidence) for verdict in judged}
    if len(judged) == len(verdicts) > 1 and judged[0].outcome in DEATHS and len(ends) == 1:
        return Cause.NOT_LOADED
    ((cause, number),) = Counter(map(_cause, judged)).most_common(1)
    if 2 * number <= len(judged):
        return None
    return Cause.EMPTY if cause is Cause.NOTHING_ASKED_FOR and empty else cause


def of_loading(verdict: Verdict) -> bool:
    """Return whether a check could not begin, since a file was not there or could not be loaded."""
    return _cause(verdict) in (Cause.NOT_HANDED_IN, Cause.NOT_LOADED)


def with_kind(verdict: Verdict, error: BaseException | None) -> Verdict:
    """The verdict with the kind of input that the check named; where no file was loaded, no input was asked about."""
    kind = kind_of(error) if error is not None else ""
    if not kind or verdict.outcome not in TRIED or of_loading(verdict):
        return verdict
    return replace(verdict, sentence=f"{verdict.sentence} Here: {kind}.")


def of_untried(verdict: Verdict) -> bool:
    """Return whether a check met nothing to judge: the stub's own line, or a name that is not defined."""
    return _cause(verdict) in UNTRIED


def shared(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts that several checks have in common, as their file could not be loaded: each is told once."""
    return [verdict for verdict, number in Counter(filter(of_loading, verdicts)).items() if number > 1]


def holds_code(content: bytes) -> bool:
    """Return whether a Python file holds anything but blank lines and comments."""
    lines = map(bytes.strip, content.removeprefix(b"\xef\xbb\xbf").splitlines())
    return any(line and not line.startswith(b"#") for line in lines)


def _cause(verdict: Verdict) -> Cause | None:
    if verdict.outcome is Outcome.NOT_ATTEMPTED:
        return Cause.STUB
    return next((cause for cause, evidence in EVIDENCE.items() if evidence.match(verdict.evidence)), None)
