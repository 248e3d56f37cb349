"""Figures that checks have looked at, as pictures on the page of a submission."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.visible import visible_line

TEXT_SHOWN = 80


@dataclass(frozen=True)
class FigureSnapshot:
    """A figure as it looks.

    `pixels` (h, w, 3) uint8 show it without the axes' lines, ticks and labels; for each axes, `limits` (n, 4) are its
    ends along x and y, and the others what is written on it. After them stand the titles and the legends of the whole
    figure and of the figures in it; where an axes has no label, that of the figure around it counts.
    """

    pixels: NDArray[Any]
    limits: NDArray[Any]
    titles: tuple[str, ...]
    xlabels: tuple[str, ...]
    ylabels: tuple[str, ...]
    legends: tuple[tuple[str, ...], ...]

    def looks_like(self, other: "FigureSnapshot") -> bool:
        """Return whether both show the same; what is written on the axes does not count."""
        return np.array_equal(self.pixels, other.pixels) and np.array_equal(self.limits, other.limits, equal_nan=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture for a page: `png` was made by the grader from pixels, and `text` describes it."""

    png: bytes
    text: str


def picture_of(figure: FigureSnapshot) -> Picture:
    """Return a figure as a picture, described by what is written on it."""
    from PIL import Image  # it comes with Matplotlib, without which there is no figure

    file = io.BytesIO()
    Image.fromarray(figure.pixels).quantize(64).save(file, "PNG", optimize=True)
    return Picture(file.getvalue(), " ".join(_description(figure)))


def _description(figure: FigureSnapshot) -> Iterator[str]:
    many = len(figure.limits) > 1
    yield f"Your figure has {len(figure.limits)} panels." if many else "Your figure, without its axes."
    titles = list(map(_quoted, filter(None, figure.titles)))
    if titles:
        yield f"{'Titles' if len(titles) > 1 else 'Title'}: {', '.join(titles)}."
    for (left, right, low, high), across, up in zip(figure.limits, figure.xlabels, figure.ylabels, strict=False):
        if many and not across and not up:
            continue  # images, most often: their limits say nothing
        x, y = _quoted(across) if across else "an axis without a label", _quoted(up) if up else "one without a label"
        yield f"Across: {x}, {left:.3g} to {right:.3g}. Up: {y}, {low:.3g} to {high:.3g}."
    legend = [_quoted(text) for texts in figure.legends for text in texts]
    if legend:
        yield f"Legend: {', '.join(legend)}."


def _quoted(text: str) -> str:
    line = visible_line(text)
    return f"“{line if len(line) <= TEXT_SHOWN else f'{line[:TEXT_SHOWN]}…'}”"
