"""A figure of the student's as plain values: what it looks like, and what is written on it."""

from typing import Any

import numpy as np

SIZE_INCHES = (6.4, 4.8)
DOTS_PER_INCH = 50


def snapshot(target: object) -> dict[str, Any] | None:
    """Draw a Matplotlib figure, or the figure of an axes, at a fixed size; `None` for anything else.

    `pixels` is (240, 320, 3) uint8, without the axes' lines, ticks and labels, which take most of the time to draw:
    `limits` (n, 4) says for each axes what they would show, its ends along x and y. `titles`, `xlabels`, `ylabels`
    and `legends` hold an entry for each axes: its titles at the left, in the middle and at the right together, its
    labels, or those of the figure around it where it has none, and the texts of all its legends. After them,
    `titles` and `legends` hold one for each title and each legend of the figure and of the figures in it.
    """
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure, SubFigure

    figure = target.figure if isinstance(target, (Axes, SubFigure)) else target
    figure = figure.figure if isinstance(figure, SubFigure) else figure
    if not isinstance(figure, Figure):
        return None
    figure.set_layout_engine("none")  # where the panels lie is not judged, and finding out takes a third of the time
    figure.set_size_inches(*SIZE_INCHES)
    figure.set_dpi(DOTS_PER_INCH)
    limits = [[*axes.get_xlim(), *axes.get_ylim()] for axes in figure.axes]
    for axes in figure.axes:
        axes.set_axis_off()
        axes.xaxis.set_visible(False)  # or a title is placed by the sizes of ticks that are not drawn
        axes.yaxis.set_visible(False)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    figures = _with_parts(figure)
    return {
        "pixels": np.array(canvas.buffer_rgba())[..., :3],
        "limits": np.array(limits, dtype=float).reshape(-1, 4),
        "has_data": any(axes.has_data() for axes in figure.axes),
        "titles": [*map(_title, figure.axes), *filter(None, (part.get_suptitle() for part in figures))],
        "xlabels": [axes.get_xlabel() or _label_around(axes, "get_supxlabel") for axes in figure.axes],
        "ylabels": [axes.get_ylabel() or _label_around(axes, "get_supylabel") for axes in figure.axes],
        "legends": [*map(_legend, figure.axes), *filter(None, map(_legend, figures))],
    }


def _with_parts(figure: Any) -> list[Any]:
    """A figure and the figures in it, at any depth."""
    return [figure, *(part for inner in figure.subfigs for part in _with_parts(inner))]


def _title(axes: Any) -> str:
    return " ".join(filter(None, (axes.get_title(loc) for loc in ("left", "center", "right"))))


def _label_around(axes: Any, getter: str) -> str:
    """The label of the innermost figure around an axes that has one."""
    from matplotlib.figure import Figure

    figure = axes.figure
    while not (label := str(getattr(figure, getter)())) and not isinstance(figure, Figure):
        figure = figure._parent
    return label


def _legend(around: Any) -> list[str]:
    """The texts of all legends of an axes or a figure."""
    from matplotlib.legend import Legend

    legends = (child for child in around.get_children() if isinstance(child, Legend))
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def draw_once() -> None:
    """Draw a figure of many parts and forget it: Matplotlib keeps the fonts that it looked for and the grammar of
    formulas, which take longer than a figure.
    """
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(layout="constrained")
    axes.plot([0, 1], label="a")
    axes.scatter([0], [1])
    axes.contourf([[0, 1], [1, 0]])
    axes.set(xlabel="$x_1$", ylabel="y", title="t")
    axes.legend()
    figure.canvas.draw()
    pyplot.close(figure)
