"""A figure of the student's as plain values: what it looks like, and what is written on it."""

from typing import Any

import numpy as np

SIZE_INCHES = (6.4, 4.8)
DOTS_PER_INCH = 50


def snapshot(target: object) -> dict[str, Any] | None:
    """Draw a Matplotlib figure, or the figure of an axes, at a fixed size; `None` for anything else.

    `pixels` is (240, 320, 3) uint8, without the axes' lines, ticks and labels, which take most of the time to draw:
    `limits` (n, 4) says for each axes what they would show, its ends along x and y. `titles`, `xlabels`, `ylabels`
    and `legends` hold an entry for each axes.
    """
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = target.figure if isinstance(target, Axes) else target
    if not isinstance(figure, Figure):
        return None
    figure.set_layout_engine("none")  # where the panels lie is not judged, and finding out takes a third of the time
    figure.set_size_inches(*SIZE_INCHES)
    figure.set_dpi(DOTS_PER_INCH)
    limits = [[*axes.get_xlim(), *axes.get_ylim()] for axes in figure.axes]
    for axes in figure.axes:
        axes.set_axis_off()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    legends = [axes.get_legend() for axes in figure.axes]
    return {
        "pixels": np.array(canvas.buffer_rgba())[..., :3],
        "limits": np.array(limits, dtype=float).reshape(-1, 4),
        "has_data": any(axes.has_data() for axes in figure.axes),
        "titles": [axes.get_title() for axes in figure.axes],
        "xlabels": [axes.get_xlabel() for axes in figure.axes],
        "ylabels": [axes.get_ylabel() for axes in figure.axes],
        "legends": [[text.get_text() for text in legend.get_texts()] if legend else [] for legend in legends],
    }


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
