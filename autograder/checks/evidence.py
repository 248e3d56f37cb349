"""The evidence of a failed check: the result and the expectation first, then how they differ, then the call."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.channel.values import Array
from autograder.checks.answers import NOTHING, Answer, Deed, Origin, WrongAnswer, called_with, shown
from autograder.checks.rendering import brief

STEPS = 3
"""Number of the latest calls that are shown."""

DEPTH = 3
CHANGED = "The array that was passed in has changed. Make a new one."


@dataclass(frozen=True, slots=True)
class Evidence:
    """The parts of what is shown, each on lines of its own; those that are empty are left out."""

    got: str = ""
    expected: str = ""
    difference: str = ""
    before: str = ""
    calls: tuple[str, ...] = ()

    def __str__(self) -> str:
        labelled = [("got:", self.got), ("expected:", self.expected), ("", self.difference), ("before:", self.before)]
        first = "call:" if any("(" in call for call in self.calls) else "of:"
        labelled += [("then:" if place else first, call) for place, call in enumerate(self.calls)]
        return "\n".join(f"{label:<10}{text}" if label else text for label, text in labelled if text)


def wrong(answer: Answer, sentence: str, got: str, expected: str = "", difference: str = "") -> WrongAnswer:
    """Return what says that an answer is wrong; `sentence` and what is added to it hold no value."""
    origin = answer._chain_origin
    before, calls = history(origin)
    whose = argument_of(origin)
    if whose:
        sentence = f"{sentence} It is {whose}, as your code calls it."
    return WrongAnswer(sentence, str(Evidence(got, expected, difference, before, calls)))


def argument_of(origin: Origin) -> str:
    """Return which argument of which stand-in something is, or belongs to; else nothing."""
    *_, root = origin.chain
    if not root.argument or any(one.is_call for one in origin.chain):
        return ""
    return origin.written(brief)


def has_changed(answer: Answer, wanted: Array) -> bool:
    """Return whether an answer is an argument that the check has passed in, and was as `wanted` when it was passed."""
    *_, root = answer._chain_origin.chain
    if root.given is NOTHING or any(one.is_call for one in answer._chain_origin.chain):
        return False
    return any(array.shape == wanted.shape and np.array_equal(array, wanted) for array in _arrays([root.given]))


def known_to(answer: Answer) -> list[Array]:
    """Return the arrays that were passed in, or that stood in the object, before a result came back."""
    origin = answer._chain_origin
    deeds = [running] if argument_of(origin) and (running := latest(origin.deeds)) else _concerned(origin)
    values = [part for deed in deeds for part in (deed.value, *deed.origin.arguments)]
    return list(_arrays([*(part for one in origin.chain for part in one.arguments), *values]))


def history(origin: Origin) -> tuple[str, tuple[str, ...]]:
    """Return the state of an object before it was called, and the latest steps that led to a result."""
    if argument_of(origin):
        running = latest(origin.deeds)
        return "", (called_with(running.origin),) if running else ()
    made = next((one for one in origin.chain if one.is_call), None)
    own = tuple(origin.chain)
    deeds = [deed for deed in _concerned(origin) if deed.origin is made or deed.origin not in own or not deed.is_call]
    if deeds and deeds[0].origin is made and any(deed.is_call for deed in deeds[1:]):
        deeds = deeds[1:]  # what made the object is part of the calls of its methods
    first = next((place for place, deed in enumerate(deeds) if deed.is_call), len(deeds))
    before = ", ".join(f"{deed.name} = {shown(deed.value)}" for deed in deeds[:first])
    steps = deeds[first:]
    texts = [called_with(deed.origin) if deed.is_call else f"{deed.name} = {shown(deed.value)}" for deed in steps]
    if not steps or steps[-1].origin is made:
        texts[-1:] = [called_with(origin)]
    elif rest := "".join(reversed([one.part(brief) for one in _since(origin, made)])):
        *_, root = origin.chain
        texts.append(rest if made is not None else f"{rest} of {root.written(brief)}")
    return before, tuple(texts[-STEPS:])


def latest(deeds: "deque[Deed] | None") -> Deed | None:
    """Return the latest call of a check, but for those that only make something of a library."""
    return next((deed for deed in reversed(deeds or ()) if deed.is_call and not _makes(deed.origin)), None)


def _makes(call: Origin) -> bool:
    """Return whether a function of a library is called, and no method of what one has made."""
    *inner, root = call.chain
    return root.is_library and sum(one.is_call for one in inner) == 1


def _since(origin: Origin, made: Origin | None) -> Iterator[Origin]:
    """Yield a part, what it is a part of, and so on, until what a call has returned or a check has made."""
    for one in origin.chain:
        if one is made or one.before is None:
            return
        yield one


def _concerned(origin: Origin) -> list[Deed]:
    """Return the deeds that an answer may depend on: its own calls, those that had to do with the same objects, and
    earlier calls of the same function with what the check has kept with the student.
    """
    things = [one for one in origin.chain if one.is_call or one.given is not NOTHING]
    made = next((one for one in origin.chain if one.is_call), None)

    def concerns(deed: Deed) -> bool:
        passed = (part._chain_origin for part in deed.origin.arguments if isinstance(part, Answer))
        touched = (*deed.origin.chain, *(one for part in passed for one in part.chain))
        return any(one is thing for one in touched for thing in things) or (made is not None and _again(deed, made))

    return [deed for deed in origin.deeds or () if concerns(deed)]


def _again(deed: Deed, made: Origin) -> bool:
    """Return whether this call is of the function that `made` called, and has something that the student kept."""
    if not deed.is_call or deed.origin.before is None or made.before is None:
        return False
    shared = {id(root) for root in _kept(deed.origin)} & {id(root) for root in _kept(made)}
    return bool(shared) and deed.origin.before.written(brief) == made.before.written(brief)


def _kept(call: Origin) -> Iterator[Origin]:
    """Yield what a call was given of what the check keeps with the student."""
    for part in call.arguments:
        if isinstance(part, Answer):
            *_, root = part._chain_origin.chain
            if root.given is not NOTHING:
                yield root


def _arrays(values: Any, depth: int = DEPTH) -> Iterator[Array]:
    """Yield the arrays in nested lists, tuples and dicts, and in what a check has handed over."""
    for value in values.values() if isinstance(values, dict) else values:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, (list, tuple, dict)) and depth:
            yield from [np.asarray(value, dtype=float)] if _is_plain(value) else _arrays(value, depth - 1)
        elif isinstance(value, Answer) and value._chain_origin.given is not NOTHING:
            yield from _arrays([value._chain_origin.given], depth)


def _is_plain(value: Any) -> bool:
    return bool(value) and isinstance(value, (list, tuple)) and all(type(part) in (int, float) for part in value)
