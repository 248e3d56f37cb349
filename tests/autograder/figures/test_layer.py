import numpy as np
import pytest

from quality.figures import reference

ONE = reference("05_backprop", "numpy_network.py")
PLACES = [(1, 1.5, -0.5), (0, 3, 0), (-2.5, 2, 1.2), (4, 4, 4), (-4, 4, -4), (0.7, -1, 0.7)]


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "gelu"])
def test_the_layer_answers_as_the_network_of_05_does(open_figure, read, name):
    page = open_figure("layer")
    page.select_option("#activation", name)
    for x, w, b in PLACES:
        for knob, value in {"x": x, "w": w, "b": b}.items():
            page.fill(f"#{knob}", str(value))
        z = np.array([w * x + b])
        a, slope = float(ONE.activate(z, name)[0]), float(ONE.activation_derivative(z, name)[0])
        wanted = {"z": w * x + b, "a": a, "slope": slope, "dw": slope * x, "db": slope, "dx": slope * w}
        assert read(page) == pytest.approx(wanted, abs=1e-6)


def test_gelu_is_right_everywhere(open_figure):
    page = open_figure("layer")
    z = np.linspace(-20, 20, 801)
    for i, there in enumerate([ONE.gelu(z), ONE.gelu_derivative(z)]):
        here = page.evaluate(f"(zs) => zs.map(ACTIVATIONS.gelu[{i}])", z.tolist())
        assert here == pytest.approx(there.tolist(), abs=1e-12)
