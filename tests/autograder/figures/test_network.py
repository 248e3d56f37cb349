import numpy as np
import pytest

from quality.figures import reference

ONE = reference("05_backprop", "numpy_network.py")
X, Y = np.array([[1.0, 2], [2, -1]]), np.array([[1.0, 0]])
START = {
    "W1": np.array([[0.5, -0.5], [1, 0.5], [-1, 0.5]]),
    "b1": np.array([[0], [-0.5], [0.5]]),
    "W2": np.array([[1, -2, 0.5]]),
    "b2": np.array([[0.5]]),
}
LOSS, RATE = "binary_cross_entropy", 0.5
MISTAKES = ["sign", "sum", "twice", "flat", "place", "late"]


def back(parameters, hidden, mistakes):
    """The gradients and both dZ: the reference's formulas, with these mistakes built in."""
    A2, ((_, _, _, Z1), (A1, W2, _, _)) = ONE.forward(X, parameters, [hidden, "sigmoid"])
    share = 1 if "sum" in mistakes else 1 / 2
    dZ2 = (Y - A2 if "sign" in mistakes else A2 - Y) * (1 / 2 if "twice" in mistakes else 1)
    dW2 = share * dZ2 @ A1.T
    slope = ONE.activation_derivative(A1 if "place" in mistakes else Z1, "linear" if "flat" in mistakes else hidden)
    dZ1 = (W2 - RATE * dW2 if "late" in mistakes else W2).T @ dZ2 * slope
    sums = {name: share * dZ.sum(axis=1, keepdims=True) for name, dZ in (("db2", dZ2), ("db1", dZ1))}
    return {"dW2": dW2, "dW1": share * dZ1 @ X.T, **sums}, {"dZ2": dZ2, "dZ1": dZ1}


def numbers(matrices):
    return {f"{name}-{i}-{j}": M[i, j] for name, M in matrices.items() for i, j in np.ndindex(M.shape)}


def loss_of(parameters, hidden):
    A2, _ = ONE.forward(X, parameters, [hidden, "sigmoid"])
    return ONE.compute_loss(A2, Y, LOSS)


def expected(hidden, mistakes):
    """All numbers of the page at its last place."""
    A2, ((_, _, _, Z1), (A1, _, _, Z2)) = ONE.forward(X, START, [hidden, "sigmoid"])
    gradients, passed = back(START, hidden, mistakes)
    losses, parameters = [], START
    for _ in range(10):
        parameters = ONE.update_parameters(parameters, back(parameters, hidden, mistakes)[0], RATE)
        losses.append(loss_of(parameters, hidden))
    J = np.array([[loss_of(START, hidden)]])
    check = ONE.gradient_check(START, gradients, X, Y, [hidden, "sigmoid"], LOSS)
    matrices = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "J": J, **gradients, **passed}
    return {**numbers(matrices), "loss": J[0, 0], "one": losses[0], "later": losses[-1], "check": check}


@pytest.mark.parametrize("hidden", ["relu", "tanh"])
def test_all_numbers_are_those_of_05_and_those_of_each_mistake(open_figure, read, hidden):
    gradients, _ = back(START, hidden, [])
    A2, caches = ONE.forward(X, START, [hidden, "sigmoid"])
    for name, right in ONE.backward(A2, Y, caches, [hidden, "sigmoid"], LOSS).items():
        assert gradients[name] == pytest.approx(right, abs=1e-12)

    page = open_figure("network")
    page.select_option("#hidden", hidden)
    page.press("#reset", "End")
    right = expected(hidden, [])
    assert read(page) == pytest.approx(right, abs=1e-6)
    for mistakes in [*([one] for one in MISTAKES), ["sign", "sum", "late"]]:
        for one in mistakes:
            page.check(f"#{one}")
        wrong = expected(hidden, mistakes)
        assert read(page) == pytest.approx(wrong, abs=1e-6)
        marked = {cell.get_attribute("id") for cell in page.query_selector_all(".wrong")}
        assert marked == {name for name in right if "-" in name and abs(right[name] - wrong[name]) > 1e-9}
        for one in mistakes:
            page.uncheck(f"#{one}")


def test_each_step_adds_one_number(open_figure, read):
    page = open_figure("network")
    seen = len(read(page))
    for i in range(1, 14):
        page.click("#step")
        assert len(read(page)) == seen + i
