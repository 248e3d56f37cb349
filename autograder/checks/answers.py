"""Opaque answers: values of the student's that a check holds, and that only `autograder.expect` opens."""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import numpy as np

from autograder.channel import limits
from autograder.channel.client import Attribute, Client
from autograder.channel.failures import CheckMisuse, ProtocolFailure
from autograder.channel.operators import is_step, written
from autograder.channel.refusals import UNREADABLE
from autograder.channel.values import Device, Handle, TensorSnapshot
from autograder.checks.rendering import brief, described, rendered

Show = Callable[[Any], str]
"""A function that turns a value into text."""

CALL_WIDTH = 160
"""Characters of a call that is shown with all of its arguments."""

NOTHING: Any = object()
"""Stands for what is not there, where `None` could be."""


class WrongAnswer(AssertionError):
    """The student's code answered, and the answer is wrong.

    `fixed` is a sentence from this project or from the check's author, safe to show for a hidden check.
    `shown` holds values and may be shown for a public check only, and to the instructor.
    """

    def __init__(self, fixed: str, shown: str = "") -> None:
        super().__init__(f"{fixed}\n{shown}" if shown else fixed)
        self.fixed = fixed
        self.shown = shown


class Answer:
    """A value of the student's, whole or by handle.

    Attributes, calls, items and `len` reach the student's own object over the channel. Nothing else works:
    operators, iteration, truth and conversion raise `CheckMisuse` even for a right answer, so that a check
    can never stumble over a wrong one.
    """

    __slots__ = ("_chain_client", "_chain_held", "_chain_origin")
    _chain_client: Client
    _chain_held: Any
    _chain_origin: "Origin"

    def __init__(self, client: Client, held: Any, origin: "Origin") -> None:
        object.__setattr__(self, "_chain_client", client)
        object.__setattr__(self, "_chain_held", held)
        object.__setattr__(self, "_chain_origin", origin)

    @property
    def _chain_value(self) -> Any:
        """The value that is held; an attribute is fetched now if it has not been before."""
        __tracebackhide__ = True
        held = self._chain_held
        if isinstance(held, Attribute):
            held = self._chain_client.value(held)
        if isinstance(held, (Handle, TensorSnapshot)) and self._chain_client.is_released(held):
            raise CheckMisuse(f"a check used {self._chain_origin} after it had released it")
        return held

    def __getattr__(self, name: str) -> "Answer":
        __tracebackhide__ = True
        if name.startswith("__"):
            raise AttributeError(name)
        attribute = self._chain_client.attribute(_object(self, f"the attribute {name!r}"), name)
        return Answer(self._chain_client, attribute, self._chain_origin.then(f".{name}"))

    def __setattr__(self, name: str, value: Any) -> None:
        __tracebackhide__ = True
        target = _object(self, f"the attribute {name!r}")
        self._chain_origin.did(Deed(self._chain_origin, name, value))
        self._chain_client.defer("set", target, name, value)

    def __call__(self, *positional: Any, **named: Any) -> "Answer":
        __tracebackhide__ = True
        origin = self._chain_origin.called(positional, named)
        deed = Deed(origin)
        self._chain_origin.did(deed)
        client, held = self._chain_client, self._chain_held
        if isinstance(held, Attribute) and client.is_waiting(held):
            result = client.invoke(held, list(positional), named)
            if isinstance(held.value, Handle):
                deed.result = result
                return Answer(client, result, origin)
        answer = _ask(self, "call", origin, _object(self, "something to call"), list(positional), named)
        deed.result = answer._chain_held
        return answer

    def __getitem__(self, key: Any) -> "Answer":
        __tracebackhide__ = True
        origin = self._chain_origin.then(f"[{shown(key)}]")
        value = self._chain_value
        if isinstance(value, (list, tuple, dict, np.ndarray)):
            try:
                return Answer(self._chain_client, value[key], origin)
            except (LookupError, TypeError, ValueError):
                raise WrongAnswer(
                    "The result lacks an item that it should have.",
                    f"got:      {described(value)}\nexpected: something at {origin}",
                ) from None
        return _ask(self, "item", origin, _object(self, "items"), key)

    def __setitem__(self, key: Any, value: Any) -> None:
        __tracebackhide__ = True
        self._chain_client.defer("setitem", _object(self, "items"), key, value)

    def __len__(self) -> int:
        __tracebackhide__ = True
        value = self._chain_value
        if isinstance(value, (list, tuple, dict, str, bytes)) or (isinstance(value, np.ndarray) and value.ndim):
            return len(value)
        length = _ask(self, "len", self._chain_origin, _object(self, "a length"))._chain_value
        if type(length) is not int or not 0 <= length <= sys.maxsize:
            raise WrongAnswer("A length is not a whole number.", f"len of {self._chain_origin}")
        return length

    def __repr__(self) -> str:
        return f"<answer {self._chain_origin}>"

    def _refuse(self, *_: Any) -> NoReturn:
        raise CheckMisuse(f"a check used {self._chain_origin} directly; open it with expect.number, expect.array, …")

    __hash__ = None  # type: ignore[assignment]
    __bool__ = __iter__ = __contains__ = __int__ = __float__ = __complex__ = __index__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __matmul__ = __rmatmul__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refuse
    __pow__ = __rpow__ = __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _refuse
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __divmod__ = __rdivmod__ = _refuse
    __neg__ = __pos__ = __abs__ = __invert__ = __round__ = __enter__ = __exit__ = _refuse
    __delattr__ = __delitem__ = __str__ = __format__ = _refuse
    __array__ = __array_ufunc__ = __array_function__ = __reduce__ = __copy__ = __deepcopy__ = _refuse


@dataclass(eq=False, slots=True)
class Deed:
    """A step of a check: a call, with what it returned, or an assignment to an attribute of `origin`."""

    origin: "Origin"
    name: str = ""
    value: Any = NOTHING
    result: Any = NOTHING

    @property
    def is_call(self) -> bool:
        """Whether it is a call."""
        return not self.name


class Origin:
    """The way to an answer, written as the student would write it; rendered only when needed.

    `given` is what the check itself has handed over. `argument` names the function of the check's that was called with
    it, `whole` is the array of which it is a part. All that come from one another share `deeds`. `is_library` marks a
    library, which is not the student's code.
    """

    __slots__ = ("_arguments", "_text", "argument", "before", "deeds", "given", "is_library", "whole")

    def __init__(
        self,
        text: str | Callable[[Show], str],
        before: "Origin | None" = None,
        arguments: Any = None,
        *,
        deeds: "deque[Deed] | None" = None,
        given: Any = NOTHING,
        argument: str = "",
        whole: Any = NOTHING,
        is_library: bool = False,
    ) -> None:
        self._text = text
        self._arguments = arguments
        self.before = before
        self.deeds: deque[Deed] | None = before.deeds if before is not None else deeds
        self.given = given
        self.argument = argument
        self.whole = whole
        self.is_library = is_library

    def then(self, text: str, whole: Any = NOTHING) -> "Origin":
        """The origin of an attribute or item of this."""
        return Origin(text, self, whole=whole)

    def called(self, positional: Sequence[Any], named: dict[str, Any]) -> "Origin":
        """The origin of what a call of this returns."""
        return Origin("", self, (tuple(positional), dict(named)))

    def did(self, deed: Deed) -> None:
        """Remember what a check has done, but not its stand-ins; results only of the latest call: they may be large."""
        if self.deeds is not None and not any(one.argument for one in self.chain):
            if self.deeds:
                self.deeds[-1].result = NOTHING
            self.deeds.append(deed)

    @property
    def chain(self) -> "Iterator[Origin]":
        """This, what it was taken from, and so on."""
        origin: Origin | None = self
        while origin is not None:
            yield origin
            origin = origin.before

    @property
    def is_call(self) -> bool:
        """Whether it is what a call returned."""
        return self._arguments is not None

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the call."""
        positional, named = self._arguments or ((), {})
        return (*positional, *named.values())

    def part(self, show: Show = rendered) -> str:
        """Return what it adds to what it was taken from."""
        if self._arguments is not None:
            positional, named = self._arguments
            parts = [
                *(_told(one, show) for one in positional),
                *(f"{n}={_told(one, show)}" for n, one in named.items()),
            ]
            return f"({', '.join(parts)})"
        return self._text if isinstance(self._text, str) else self._text(show)

    def written(self, show: Show = rendered) -> str:
        """All of it."""
        return "".join(reversed([origin.part(show) for origin in self.chain]))

    def __str__(self) -> str:
        return self.written()


@dataclass(frozen=True)
class Result:
    """Stands for what an earlier step of an evaluation has given; the first step is step 0."""

    step: int


class Student:
    """The student's side as a check sees it: its modules, and values that live there."""

    def __init__(self, start: Callable[[], Client], modules: Sequence[str]) -> None:
        self._start = start
        self._names = tuple(modules)
        self._begin()

    def restart(self) -> None:
        """Go on with a fresh process and a fresh working folder; of earlier answers only plain values are left."""
        self._client.settle()
        recorder = self._client.recorder
        self._begin()
        self._client.recorder = recorder

    def _begin(self) -> None:
        client = self._start()

        def wrap(value: Any, name: str, function: str) -> Answer:
            text = f"the argument {name} of {function}"
            return Answer(client, value, Origin(text, deeds=client.deeds, argument=function))

        client.wrap = wrap
        self._client = client
        self._loaded: dict[str, Answer | Exception] = {}

    def __getattr__(self, name: str) -> Answer:
        __tracebackhide__ = True
        if name not in self._names:
            raise CheckMisuse(f"the manifest names no module {name!r}; it names {', '.join(self._names)}")
        if name not in self._loaded:
            try:
                self._loaded[name] = Answer(self._client, self._client.load(name), self._origin(name))
            except Exception as error:
                self._loaded[name] = error
                raise
        loaded = self._loaded[name]
        if isinstance(loaded, Exception):
            raise loaded
        return loaded

    def keep(self, value: Any) -> Answer:
        """Leave a copy of `value` in the student process; open it later to see what became of it.

        Messages show `value` as it is by then.
        """
        origin = self._origin(lambda show: _told(value, show), given=value)
        held = value._chain_value if isinstance(value, Answer) else value
        if isinstance(held, (Handle, TensorSnapshot)):  # it lives there already
            type_name = held.type_name if isinstance(held, Handle) else "Tensor"
            return Answer(self._client, Handle(held.ident, type_name, kept=True), origin)
        type_name = "function" if callable(held) else type(held).__name__
        return self._made("keep", type_name, origin, value)

    def run_program(self, module: str, *arguments: str) -> Answer:
        """Run a module as a program in the working folder: a dict with its exit `status` and its `output`."""
        origin = self._origin(" ".join(("python", f"{module}.py", *arguments)))
        self._client.deeds.append(Deed(origin))
        return Answer(self._client, self._client.request("program", module, list(arguments)), origin)

    def read_file(self, name: str) -> Answer:
        """The bytes of a file in the working folder."""
        return Answer(self._client, self._client.request("read", name), self._origin(name))

    def write_file(self, name: str, content: Any) -> None:
        """Put bytes, or an answer that holds some, into a file of the working folder."""
        if isinstance(content, Answer) and not isinstance(content._chain_value, bytes):
            raise WrongAnswer("There is no such file.", describe(content))
        self._client.request("write", name, content)

    def read_text(self, name: str) -> Answer:
        """The text of a file in the working folder: UTF-8, at most 256 KiB."""
        __tracebackhide__ = True
        return self._read("text", name)

    def read_table(self, name: str) -> Answer:
        """A CSV file in the working folder as a dict: for each column an array of its numbers, by its name.

        The first row holds the names, of at most 200 columns; below it are at most 10,000 rows of numbers.
        """
        __tracebackhide__ = True
        return self._read("table", name)

    def read_arrays(self, name: str) -> Answer:
        """The arrays of an .npz file in the working folder, at most 8 MiB, as a dict; of text as (nested) lists.

        Nothing is unpickled: a file that holds Python objects is a wrong answer.
        """
        __tracebackhide__ = True
        return self._read("arrays", name)

    def picture_size(self, name: str) -> Answer:
        """Width and height of a PNG picture in the working folder, as its header states them: a tuple."""
        __tracebackhide__ = True
        return self._read("picture", name)

    def _read(self, operation: str, name: str) -> Answer:
        """Return what is in a file. Raises `WrongAnswer` where the student process could not read it."""
        __tracebackhide__ = True
        told = self._client.request(operation, name)
        match told:
            case [str(code), str(words)] if code in UNREADABLE:
                raise WrongAnswer(f"{name} {UNREADABLE[code]}.", words[: limits.TEXT])
        return Answer(self._client, told, self._origin(name))

    def rng(self, seed: int) -> Answer:
        """A `numpy.random.Generator` that lives in the student process."""
        return self._made("rng", "Generator", self._origin(f"default_rng({seed})"), seed)

    def generator(self, seed: int) -> Answer:
        """A `torch.Generator` that lives in the student process."""
        return self._made("generator", "Generator", self._origin(f"Generator({seed})"), seed)

    def tensor(self, values: Any, *, dtype: str = "float32", requires_grad: bool = False) -> Answer:
        """A new `torch.Tensor` in the student process: a leaf of a dtype named as in `torch`."""
        tracked = ", requires_grad=True" if requires_grad else ""

        def text(show: Show) -> str:
            numbers = show(values)
            return f"<tensor {numbers[7:]}" if numbers.startswith("<array ") else f"tensor({numbers}{tracked})"

        origin = self._origin(text, given=values)
        return self._made("tensor", "Tensor", origin, values, dtype, requires_grad)

    def library(self, name: str) -> Answer:
        """A library as the student process has it, such as `torch.nn`: to make models and optimisers there."""
        origin = Origin(name, deeds=self._client.deeds, is_library=True)
        return self._made("library", "module", origin, name)

    @contextmanager
    def on_device(self) -> Iterator[Device]:
        """Give the block's calls a device other than the CPU, on every machine.

        It is `cuda` where a tensor can be made there. Elsewhere it is `meta`, whose tensors have no numbers, and the
        student process then behaves as with `cuda`: tensors on two devices do not meet, a number that is read back is
        1, and what is copied to the CPU is 0. So a check may look at devices, shapes and dtypes alone.
        """
        __tracebackhide__ = True
        device = self._client.request("on_device")
        if type(device) is not Device or device.name.partition(":")[0] not in ("cuda", "meta"):
            raise ProtocolFailure("a device of the wrong kind")
        try:
            yield device
        finally:
            self._client.defer("off_device")

    def _origin(self, text: str | Callable[[Show], str], given: Any = NOTHING) -> Origin:
        return Origin(text, deeds=self._client.deeds, given=given)

    def _made(self, operation: str, type_name: str, origin: Origin, *fields: Any) -> Answer:
        """Something new in the student process; it goes there with the next request."""
        __tracebackhide__ = True
        return Answer(self._client, self._client.make(operation, type_name, *fields), origin)

    def evaluate(self, steps: Sequence[Sequence[Any]], wanted: Sequence[int] | None = None) -> list[Answer]:
        """Apply operators in the student process, all in one message, and answer what the steps gave.

        A step is a name in `autograder.channel.operators` and its operands: answers, numbers, arrays, or a `Result` for
        what an earlier step gave. For `f(x) * 2.0 + y`:
        `[("call", f, x), ("mul", Result(0), 2.0), ("add", Result(1), y)]`. With `wanted`, only these steps are
        answered, in this order. Results stay with the student and are as they are by the time they are opened.
        Raises `StudentError` where a step fails, and then no step is answered.
        """
        __tracebackhide__ = True
        for place, (name, *operands) in enumerate(steps):
            if not is_step(name, len(operands)):
                raise CheckMisuse(f"step {place}: {name!r} with {len(operands)} operands is no operator")
            if not all(0 <= operand.step < place for operand in operands if isinstance(operand, Result)):
                raise CheckMisuse(f"step {place} needs what only a later step gives")
        answered = list(range(len(steps)) if wanted is None else wanted)
        if not all(0 <= step < len(steps) for step in answered):
            raise CheckMisuse(f"there are {len(steps)} steps, and others are wanted: {answered}")
        wire = [[name, *map(_operand, operands)] for name, *operands in steps]
        handles = self._client.evaluate(wire, answered)
        origins = [self._origin(partial(_expression, tuple(steps), step)) for step in answered]
        return [Answer(self._client, *pair) for pair in zip(handles, origins, strict=True)]

    def release(self, answers: Iterable[Answer]) -> None:
        """Let the student process forget objects that a check no longer needs; they can never be used again.

        Their parts live on, and so do they if the student's own code holds them.
        """
        __tracebackhide__ = True
        objects = []
        for answer in answers:
            value = answer._chain_value
            if not isinstance(value, (Handle, TensorSnapshot)):
                raise CheckMisuse(f"{origin_of(answer)} is a plain value: there is nothing to release")
            objects.append(value)
        self._client.release(objects)


def value_of(answer: object) -> Any:
    """Return what an answer holds: a plain value, a `Handle` or a `TensorSnapshot`; kept values are fetched afresh.

    Raises `CheckMisuse` for anything but an answer.
    """
    __tracebackhide__ = True
    if not isinstance(answer, Answer):
        raise CheckMisuse(f"expect opens answers of the student's, not a {type(answer).__name__}")
    value = answer._chain_value
    if isinstance(value, Handle) and value.kept:
        return answer._chain_client.request("value", value)
    return value


def figure_of(answer: object) -> Any:
    """Return what the student process tells of a figure that an answer holds; `None` where it holds none.

    Raises `CheckMisuse` for anything but an answer.
    """
    __tracebackhide__ = True
    value = value_of(answer)
    if not isinstance(value, Handle) or not isinstance(answer, Answer):
        return None
    return answer._chain_client.request("figure", value)


def origin_of(answer: Answer) -> str:
    """Return how the answer was obtained, as the student would write it."""
    return str(answer._chain_origin)


def items_of(answer: Answer, values: Sequence[Any]) -> Iterator[Answer]:
    """Answers for the parts of an answer."""
    held = answer._chain_held
    whole = held if isinstance(held, np.ndarray) else NOTHING
    for index, value in enumerate(values):
        yield Answer(answer._chain_client, value, answer._chain_origin.then(f"[{index}]", whole))


def describe(answer: Answer) -> str:
    """Return what came back, in words."""
    return f"{origin_of(answer)} is {described(answer._chain_value)}"


def shown(value: Any) -> str:
    """Return a value as text of bounded length; of an answer how it was obtained."""
    return _told(value, rendered)


def called_with(origin: Origin) -> str:
    """Return how something was obtained in one line: its arguments are shortened where all of them are too much."""
    text = origin.written()
    whole = len(text) <= CALL_WIDTH and "…" not in text and "..." not in text
    return text if whole else origin.written(brief)


def _told(value: Any, show: Show) -> str:
    return value._chain_origin.written(show) if isinstance(value, Answer) else show(value)


def _operand(value: Any) -> list[Any]:
    return [True, value.step] if isinstance(value, Result) else [False, value]


def _expression(steps: Sequence[Sequence[Any]], step: int, show: Show, depth: int = 3) -> str:
    """Return what a step computes, as the student would write it; `…` for what lies deeper."""
    name, *operands = steps[step]
    texts = [
        _told(operand, show) if not isinstance(operand, Result) else _expression(steps, operand.step, show, depth - 1)
        for operand in operands
        if depth
    ]
    return written(name, texts) if depth else "…"


def _ask(answer: Answer, operation: str, origin: Origin, *fields: Any) -> Answer:
    __tracebackhide__ = True
    client = answer._chain_client
    return Answer(client, client.request(operation, *fields), origin)


def _object(answer: Answer, what: str) -> Handle | TensorSnapshot:
    value = answer._chain_value
    if isinstance(value, (Handle, TensorSnapshot)):
        return value
    origin = called_with(answer._chain_origin)
    shown_lines = f"got:      {described(value)}\nexpected: {what}\n{'call:' if '(' in origin else 'of:':<10}{origin}"
    raise WrongAnswer("The result is not an object of the expected kind.", shown_lines)
