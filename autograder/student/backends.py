"""Matplotlib draws with Agg, into memory, whatever backend the student's code asks for."""

from collections.abc import Callable

BACKEND = "agg"


def keep_agg() -> Callable[[], None]:
    """Let `matplotlib.use` and `pyplot.switch_backend` change nothing; returns what undoes that.

    Without a screen the others cannot be had, and with one a window would open for each drawing.
    """
    import matplotlib
    from matplotlib import pyplot

    pyplot.switch_backend(BACKEND)
    use, switch_backend = matplotlib.use, pyplot.switch_backend
    matplotlib.use, pyplot.switch_backend = _use, _switch_backend

    def undo() -> None:
        matplotlib.use, pyplot.switch_backend = use, switch_backend

    return undo


def _use(backend: object, *, force: bool = True) -> None:
    """Stand in for `matplotlib.use`."""


def _switch_backend(newbackend: object) -> None:
    """Stand in for `pyplot.switch_backend`."""
