"""Recordings of the checks' requests to the reference: every call of a public name, with its arguments."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.channel.client import Client, Exchange, Transport
from autograder.channel.values import DTYPES, Handle, TensorSnapshot
from autograder.checks.answers import Answer
from autograder.course.layout import Assignment
from autograder.errors import GraderFault
from autograder.grading.collection import run_checks
from autograder.outcomes import Outcome
from autograder.proving.hosts import ReferenceHost
from autograder.proving.versions import own_modules

Signature = Sequence[str]


@dataclass(frozen=True)
class Call:
    """A call of a public name, `function` or `Class.method`.

    `arguments` are what the check passed, by parameter; `compared` are the parameters whose values the check fetched
    afterwards. `on` names the object and the process that the call was made in.
    """

    name: str
    on: tuple[int, int]
    arguments: Mapping[str, Any]
    compared: set[str] = field(default_factory=set)


def recorded(assignment: Assignment) -> list[Call]:
    """Return every call that the checks make of the reference, which is run in this process.

    Raises `GraderFault` where a check does not pass.
    """
    host = RecordingHost(assignment)
    for check in run_checks(assignment, host, public_only=False):
        if check.outcome is not Outcome.PASSED:
            raise GraderFault(f"{assignment.name}: the reference does not pass {check.name}: {check.detail}")
    return host.calls


class RecordingHost(ReferenceHost):
    """Keeps the calls that the checks make of the reference."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(assignment)
        self.calls: list[Call] = []
        self._signatures = signatures(assignment)
        self._processes = 0

    def client(self, transport: Transport) -> Client:
        """Return a client that is listened to."""
        client = super().client(transport)
        client.recorder = _Listener(self.calls, self._signatures, self._processes).hear
        self._processes += 1
        return client


class _Listener:
    """Makes calls of the operations of one process."""

    def __init__(self, calls: list[Call], named: Mapping[str, Signature], process: int) -> None:
        self._calls, self._signatures, self._process = calls, named, process
        self._begin()

    def _begin(self) -> None:
        self._modules: set[str] = set()
        self._names: dict[int, str] = {}
        self._owners: dict[int, int] = {}
        self._kept: dict[int, Any] = {}
        self._passed: dict[int, list[tuple[Call, str]]] = {}

    def hear(self, exchange: Exchange) -> None:
        """Take note of an operation."""
        target = exchange.target.ident if exchange.target is not None else 0
        if isinstance(exchange.result, TensorSnapshot) and exchange.result.values is not None:
            self._kept[exchange.result.ident] = exchange.result.values[()]
        match exchange.operation, exchange.arguments:
            case "load", (str(module),):
                if module in self._modules:  # a fresh process, whose objects are counted anew
                    self._begin()
                self._modules.add(module)
                self._name(exchange.result, module)
            case "get", (str(name),):
                self._name(exchange.result, self._within(target, name))
                self._owners[_ident(exchange.result)] = target
            case "invoke", (str(name), list(positional), dict(named)):
                self._call(self._within(target, name), target, positional, named, exchange.result)
            case "call", (list(positional), dict(named)):
                on = self._owners.get(target, 0)
                self._call(self._names.get(target, ""), on, positional, named, exchange.result)
            case "evaluate", (list(steps), _):
                for step, *operands in steps:
                    called, *arguments = [None if earlier else what for earlier, what in operands] or [None]
                    if step == "call" and isinstance(called, Answer):
                        ident = _ident(_held(called))
                        self._call(self._names.get(ident, ""), self._owners.get(ident, 0), arguments, {}, None)
            case "keep", (value,):
                self._kept[_ident(exchange.result)] = value
            case "tensor", (values, str(dtype), _) if dtype in DTYPES:
                self._kept[_ident(exchange.result)] = np.asarray(values, dtype=dtype)[()]
            case "value", _:
                for ident in (target, *_idents(self._kept.get(target))):
                    for call, parameter in self._passed.get(ident, ()):
                        call.compared.add(parameter)

    def _name(self, result: Any, name: str) -> None:
        if isinstance(result, Handle):
            self._names[result.ident] = name

    def _within(self, target: int, name: str) -> str:
        outer = self._names.get(target, "")
        return name if outer in self._modules else f"{outer}.{name}"

    def _call(self, name: str, on: int, positional: Sequence[Any], named: Mapping[str, Any], result: Any) -> None:
        if name not in self._signatures:
            return
        pairs = [*zip(self._signatures[name], positional, strict=False), *named.items()]
        call = Call(name, (self._process, on), {key: self._opened(value) for key, value in pairs})
        for key, value in pairs:
            for ident in _idents(value):
                self._passed.setdefault(ident, []).append((call, key))
        self._calls.append(call)
        if any(one.startswith(f"{name}.") for one in self._signatures):
            self._name(result, name)

    def _opened(self, value: Any) -> Any:
        """The value that an answer stands for, if the check has put it there."""
        if isinstance(value, Answer):
            held = _held(value)
            return self._opened(self._kept.get(held.ident)) if isinstance(held, (Handle, TensorSnapshot)) else held
        if isinstance(value, dict):
            return {key: self._opened(part) for key, part in value.items()}
        return type(value)(map(self._opened, value)) if type(value) in (list, tuple) else value


def _held(answer: Answer) -> Any:
    return answer._chain_value


def _ident(value: Any) -> int:
    return value.ident if isinstance(value, (Handle, TensorSnapshot)) else 0


def _idents(value: Any) -> Iterator[int]:
    if isinstance(value, Answer):
        yield _ident(_held(value))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _idents(part)
    elif isinstance(value, dict):
        yield from _idents(list(value.values()))


def signatures(assignment: Assignment) -> dict[str, Signature]:
    """Return the parameters of every public function, class and method of the reference's own modules."""
    found: dict[str, Signature] = {}
    for name in own_modules(assignment):
        tree = ast.parse((assignment.solution / name).read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found[node.name] = _parameters(node)
            elif isinstance(node, ast.ClassDef):
                methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
                for method in methods:
                    inner = node.name if method.name == "__init__" else f"{node.name}.{method.name}"
                    if not method.name.startswith("_") or method.name == "__init__":
                        found[inner] = _parameters(method)[1:]
    return found


def _parameters(function: ast.FunctionDef) -> list[str]:
    arguments = function.args
    return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
