"""Functions that a check puts in the place of the student's own."""

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

PARAMETERS = "_stand_in_parameters"
"""The attribute of a check's function that holds its parameters: pairs of a name and whether it has a default."""

_ABSENT = object()
_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class StandIns:
    """Stand-ins by the place where each was put, so that they can be undone."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def put(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute; a function takes the calls that the function in its place takes."""
        if callable(value) and callable(own := getattr(target, name, None)):
            self._before.append((target, name, getattr(target, "__dict__", {}).get(name, _ABSENT)))
            value = taking_calls_of(own, value)
        setattr(target, name, value)

    def undo(self) -> None:
        """Put back what stood in the place of each stand-in, the latest first."""
        while self._before:
            target, name, before = self._before.pop()
            with contextlib.suppress(Exception):  # an object of the student's may keep what it was given
                if before is _ABSENT:
                    delattr(target, name)
                else:
                    setattr(target, name, before)


def taking_calls_of(own: Callable[..., Any], stand_in: Callable[..., Any]) -> Callable[..., Any]:
    """A stand-in that is called as `own` is: by the names and with the defaults of `own`'s parameters.

    Parameters that only `own` has are left out where they have their defaults. With any other value `own` answers:
    nobody else knows what it stands for. In the place of a class stands a class, so that `isinstance` works.
    """
    function = _taking_calls_of(own, stand_in)
    return _class_like(own, function) if isinstance(own, type) else function


def _class_like(own: type, function: Callable[..., Any]) -> type:
    """Return a class in the place of `own`: calls go to `function`, and its instances are what that has made."""
    made: list[Any] = []

    class Standing(type):
        def __call__(cls, *positional: Any, **named: Any) -> Any:
            made.append(function(*positional, **named))
            return made[-1]

        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, own) or any(instance is one for one in made)

    return Standing(own.__name__, (), {})


def _taking_calls_of(own: Callable[..., Any], stand_in: Callable[..., Any]) -> Callable[..., Any]:
    try:
        signature = inspect.signature(own)
    except (TypeError, ValueError):
        return stand_in
    sources = _sources(signature.parameters, getattr(stand_in, PARAMETERS, None))
    if sources is None:
        return stand_in
    further = set(signature.parameters) - {name for _, name, _ in sources}

    def function(*positional: Any, **named: Any) -> Any:
        try:
            bound = signature.bind(*positional, **named)
        except TypeError:
            return own(*positional, **named)  # raises it with the function's name
        extra = further & set(bound.arguments)
        if not all(_is_default(signature.parameters[name], bound.arguments[name]) for name in extra):
            return own(*positional, **named)
        bound.apply_defaults()
        given = [(name, bound.arguments[source], optional) for name, source, optional in sources]
        return stand_in(
            *(value for _, value, optional in given if not optional),
            **{name: value for name, value, optional in given if optional},
        )

    function.__name__ = getattr(own, "__name__", "function")
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _sources(
    own: Mapping[str, inspect.Parameter], parameters: Sequence[tuple[str, bool]] | None
) -> list[tuple[str, str, bool]] | None:
    """Return, for each parameter of a stand-in, its name, the student's name for it, and whether it has a default.

    Names decide before places. A stand-in with unknown parameters has those of the student's without a default.
    `None` where a parameter of the stand-in has no counterpart.
    """
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in own.values()):
        return None
    if parameters is None:
        return [(name, name, False) for name, parameter in own.items() if _is_required(parameter)]
    places = [name for name, parameter in own.items() if parameter.kind in _BY_PLACE]
    taken = {name for name, _ in parameters}
    sources: list[tuple[str, str, bool]] = []
    for place, (name, optional) in enumerate(parameters):
        other = places[place] if place < len(places) else ""
        if name in own:
            sources.append((name, name, optional))
        elif other and other not in taken and (not optional or _is_required(own[other])):
            sources.append((name, other, optional))
        elif not optional:
            return None
    return sources


def _is_required(parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD


def _is_default(parameter: inspect.Parameter, value: Any) -> bool:
    """Return whether an argument is what the parameter has without it."""
    if value is parameter.default:
        return True
    try:
        return bool(value == parameter.default)
    except Exception:  # noqa: BLE001 - whatever a comparison of the student's own objects raises
        return False
