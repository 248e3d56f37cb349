"""The numbers of 02: learning rates in the bowl, centimetres against standardised inputs, batches, PyTorch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.figures import Figure, Measurement, close, reference

NAME = "02_gradient_descent"
SEEDS = 200


def rates() -> list[Figure]:
    """Return what each rate does on (w - 3)² from 0, and how many steps it takes to one hundredth of the distance."""
    one = reference(NAME, "gradient_descent.py")
    figures = []
    for rate, steps in [(0.01, 228), (0.1, 21), (0.5, 1)]:
        counted = one.count_steps(one.descend(0, rate, 1000), 3.0, 0.03)
        figures.append(close(f"steps until abs(w - 3) < 0.03 at {rate}, counted", steps, counted, 0))
        figures.append(
            close(f"steps until abs(w - 3) < 0.03 at {rate}, by the formula", steps, one.steps_needed(rate, 0.01), 0)
        )
    for rate, said, remark in [
        (0.01, "creeps", ""),
        (0.1, "converges", ""),
        (0.5, "overshoots", "A widely read text says that 0.5 overshoots. It lands in the minimum in one step."),
        (0.7, "overshoots", ""),
        (0.9, "overshoots", ""),
        (1.0, "bounces", ""),
        (1.05, "diverges", ""),
    ]:
        word = one.describe_rate(one.descend(0, rate, 100), 3.0)
        figures.append(Figure(f"the rate {rate} in a word", said, word, word == said, remark))
    bounced = one.descend(0, 1.0, 100)
    figures.append(
        Figure("where 1.0 goes", "0 and 6", " and ".join(f"{w:g}" for w in np.unique(bounced)), set(bounced) == {0, 6})
    )
    return figures


def one_step() -> list[Figure]:
    """The update that the handout carries through in numbers."""
    one = reference(NAME, "gradient_descent.py")
    x, y = np.array([1.0, 2.0, 3.0]), np.array([3.0, 5.0, 7.0])
    dw, db = one.gradients(x, y, 0, 0)
    w, b = one.update(x, y, 0, 0, 0.1)
    measured, _ = one.central_differences(lambda w, b: one.loss(x, y, w, b), 0.0, 0.0)
    return [
        close("example: loss at the start", 27.6667, one.loss(x, y, 0, 0), 5e-5),
        close("example: slope along w", -22.6667, dw, 5e-5),
        close("example: slope along w by central differences", dw, measured, 1e-6),
        close("example: slope along b", -10, db, 1e-12),
        close("example: w after the step", 2.2667, w, 5e-5),
        close("example: b after the step", 1, b, 1e-12),
        close("example: loss after the step", 0.3319, one.loss(x, y, w, b), 5e-5),
    ]


def people() -> list[Figure]:
    """Heights in centimetres, metres and standardised: the largest rate, and the steps to one hundredth of the way."""
    one = reference(NAME, "gradient_descent.py")
    y = one.WEIGHTS
    figures = []
    for name, x, rate, w_steps, b_steps in [
        ("centimetres", one.HEIGHTS, 3.47e-5, 15_129_564, 16_941_601),
        ("standardised", one.standardise(one.HEIGHTS), 1.0, 21, 21),
    ]:
        best = np.array(one.least_squares(x, y))
        left = _left(x, 0.9 * one.largest_rate(x), best)
        figures += [
            close(f"{name}: largest rate along w", rate, one.largest_rate(x), 5e-3 * rate),
            close(f"{name}: steps until 1 % of w's way is left", w_steps, _steps(left, 0), 1e-6 * w_steps),
            close(f"{name}: steps until 1 % of b's way is left", b_steps, _steps(left, 1), 1e-6 * b_steps),
        ]
        walked = one.fit(x, y, 0, 0, 0.9 * one.largest_rate(x), 1000)
        off = max(abs(1 - walked[k][-1] / best[k]) - left(1000)[k] for k in (0, 1))
        figures.append(close(f"{name}: 1,000 steps of fit, against the closed form", 0, off, 1e-9))
    metres = one.HEIGHTS / 100
    largest = np.linalg.eigvalsh(_curvature(metres))[-1]
    return [
        *figures,
        close("metres: largest rate along w alone", 0.347, one.largest_rate(metres), 5e-4),
        close("metres: largest rate for w and b together", 0.258, 2 / largest, 5e-4),
        close("metres: largest curvature", 7.76, largest, 5e-3),
    ]


def _curvature(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The second derivatives of the loss along w and b."""
    return 2 * np.array([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])


def _left(x: NDArray[np.float64], rate: float, best: NDArray[np.float64]) -> Any:
    """A function of a number of steps: which fraction of the way from 0 to `best` is left, for w and for b."""
    curvatures, directions = np.linalg.eigh(_curvature(x))
    along = directions.T @ best

    def left(steps: int) -> Any:
        return np.abs(directions @ (along * (1 - rate * curvatures) ** steps) / best)

    return left


def _steps(left: Any, parameter: int) -> int:
    """The smallest number of steps after which less than 1 % is left."""
    low, high = 0, 10**9
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if left(middle)[parameter] < 0.01 else (middle + 1, high)
    return low


def noisy_lines() -> list[Figure]:
    """Descent to noisy lines, against the closed form, over many seeds; and how evenly batches are drawn."""
    one = reference(NAME, "gradient_descent.py")
    worst, rarest = 0.0, SEEDS * 3
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        x, y = one.noisy_line(20, rng)
        x = 170 + 10 * x
        best_w, _ = one.least_squares(x, y)
        found = np.array(one.learn_line(x, y, 0.1, 15))
        done = 1 - 0.8**15
        expected = done * np.array([best_w, np.mean(y) - best_w * np.mean(x)])
        worst = max(worst, float(np.max(np.abs(found / expected - 1))))
        orders = [tuple(np.concatenate(one.batches(3, 1, rng))) for _ in range(300)]
        rarest = min(rarest, *(orders.count(order) for order in set(orders)))
    return [
        close(
            f"learn_line against the closed form, the worst of {SEEDS} seeds", 0, worst, 1e-9, "the check allows 1e-7"
        ),
        Figure(
            f"the rarest of six orders in 300 divisions, over {SEEDS} seeds",
            "more than 8",
            str(rarest),
            rarest > 8,
            "50 are expected, with a standard deviation of 6.5",
        ),
    ]


def three_loops() -> list[Figure]:
    """The loops with autograd and with a module, against the one in NumPy."""
    import torch

    one, two = reference(NAME, "gradient_descent.py"), reference(NAME, "gradient_descent_torch.py")
    x, y = one.noisy_line(40, np.random.default_rng(2))
    path = one.fit(x, y, 0.0, 0.0, 0.05, 500)
    figures = []
    for fit in (two.fit_by_autograd, two.fit_by_module):
        found = fit(torch.from_numpy(x), torch.from_numpy(y), 0.0, 0.0, 0.05, 500)
        differ = max(float(np.max(np.abs(part.numpy() - own))) for part, own in zip(found, path, strict=True))
        figures.append(close(f"{fit.__name__} against fit over 500 updates, largest difference", 0, differ, 1e-12))
    return figures


MEASUREMENTS: list[Measurement] = [rates, one_step, people, noisy_lines, three_loops]
