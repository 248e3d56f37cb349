import pytest

from quality.figures import reference

ONE = reference("03_perceptron", "perceptron.py")


@pytest.mark.parametrize("gate", ONE.GATES)
def test_the_line_moves_as_the_perceptron_learns(open_figure, read, gate):
    page = open_figure("line")
    page.check(f"[name=gate][value={gate}]")
    perceptron, total = ONE.Perceptron(2), 0
    for epoch in range(1, 13):
        mistakes = 0
        for x, target in zip(ONE.INPUTS.T, ONE.GATES[gate], strict=True):
            mistakes += perceptron.update(x, target)
            page.click("#step")
            w1, w2 = perceptron.weights
            wanted = {"w1": w1, "w2": w2, "b": perceptron.bias, "epoch": epoch, "mistakes": mistakes}
            assert read(page) == {**wanted, "total": total + mistakes}
        total += mistakes
        if mistakes == 0:
            break
    last = page.inner_text("#news")
    assert ("it has learned" in last) == (gate != "XOR") and ("no line will do" in last) == (gate == "XOR")
    page.click("#step")
    assert page.inner_text("#news") == last


def test_each_side_of_the_square_is_where_the_perceptron_says_so(open_figure):
    page = open_figure("line")
    for w, b in [((2, 1), -3), ((1, 0), -1), ((0, -1), 0), ((-1, 1), 0), ((0, 0), 0)]:
        neuron = ONE.Perceptron(2)
        neuron.weights, neuron.bias = ONE.np.array(w), b
        for sign in (-1, 1):
            corners = page.evaluate("(all) => side(...all)", [[-0.5, 1.5], {"w": w, "b": b}, sign])
            for x, y in corners:
                assert sign * (w[0] * x + w[1] * y + b) >= -1e-12
            if len(corners) > 2:
                middle = ONE.np.mean(corners, axis=0)
                assert neuron.predict(middle) == (sign > 0) or (w == (0, 0))
