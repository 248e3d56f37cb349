"""Agg stays, whatever backend is asked for."""

import matplotlib
import pytest
from matplotlib import pyplot

from autograder import expect
from autograder.student.backends import keep_agg

ASKED = ["TkAgg", "tkagg", "QtAgg", "MacOSX", "nbAgg", "WebAgg", "inline", "widget", "module://ipympl.backend_nbagg"]
DRAWS = """
    def canvas():
        exec({!r}, {{}})
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots()
        axes.plot([0, 1])
        plt.show(block=False)
        return type(figure.canvas).__name__
"""


def ways(name):
    return {
        "use": f"import matplotlib\nmatplotlib.use({name!r})",
        "use, without force": f"import matplotlib as mpl\nmpl.use(backend={name!r}, force=False)",
        "after pyplot": f"import matplotlib, matplotlib.pyplot as plt\nplt.figure()\nmatplotlib.use({name!r})",
        "from": f"from matplotlib import use\nuse({name!r})",
        "switch": f"import matplotlib.pyplot as plt\nplt.switch_backend({name!r})",
        "pylab": f"from pylab import *\nswitch_backend({name!r})",
    }


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
@pytest.mark.parametrize(
    "source",
    [
        *(ways(name)["use"] for name in ASKED),
        *ways("TkAgg").values(),
        "import matplotlib\nmatplotlib.rcParams['backend'] = 'TkAgg'",
    ],
)
def test_a_figure_is_drawn_with_agg(open_student, source):
    student = open_student(imports=("numpy", "matplotlib"), memory=512, m=DRAWS.format(source))
    assert expect.text(student.m.canvas()) == "FigureCanvasAgg"


def test_afterwards_backends_can_be_chosen_again():
    before = matplotlib.use, pyplot.switch_backend
    undo = keep_agg()
    assert (matplotlib.use, pyplot.switch_backend) != before
    undo()
    assert (matplotlib.use, pyplot.switch_backend) == before
