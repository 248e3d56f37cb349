"""The numbers that an assignment states, computed again by its reference. `NN_slug` has them in `slug.py`."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quality.variants import COURSE


@dataclass(frozen=True)
class Figure:
    """A number of an assignment.

    what: the number, in words. expected: as the handout, or a text that is discussed there, states it.
    measured: as it came out. agrees: whether the two say the same. remark: what explains it, where that is needed.
    """

    what: str
    expected: str
    measured: str
    agrees: bool
    remark: str = ""


Measurement = Callable[[], list[Figure]]
"""Computes some of an assignment's figures. Each module of this package lists its own as `MEASUREMENTS`."""


def reference(assignment: str, file: str) -> Any:
    """A module of an assignment's reference, run anew. Raises `ImportError` where it cannot be loaded."""
    path = COURSE.assignment(assignment).reference(file)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def close(what: str, expected: float, measured: float, within: float, remark: str = "") -> Figure:
    """A figure that agrees where `measured` is at most `within` away from `expected`."""
    return Figure(what, f"{expected:.6g}", f"{measured:.6g}", abs(measured - expected) <= within, remark)


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table."""
    rows = (
        f"| {one.what} | {one.expected} | {one.measured} | {'agrees' if one.agrees else '**differs**'} | {one.remark} |"
        for one in figures
    )
    return "\n".join(["| figure | expected | measured | verdict | remark |", "|---|---|---|---|---|", *rows])
