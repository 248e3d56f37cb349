"""Hidden checks of part 5: right and wrong implementations, which a test of the student's is given over the channel.

Each check lends some right implementations and some that are wrong in one way. It passes where all of them are judged
rightly, so a test that trusts everything, or nothing, passes no check.
"""

import random
from itertools import count

import numpy as np
import pytest

from autograder import expect

CALLS, LONGEST = 500, 100


# A layer.


def plain(curve, slope):
    """A layer in a few matrix products."""

    def forward(X, W, b):
        return curve(X @ W.T + b)

    def backward(X, W, b, dY):
        dZ = dY * slope(X @ W.T + b)
        return dZ @ W, dZ.T @ X, dZ.sum(axis=0)

    return forward, backward


def looped(curve, slope):
    """A layer sample by sample and number by number."""

    def forward(X, W, b):
        return np.array(
            [
                [curve(sum(w * x for w, x in zip(row, one, strict=True)) + c) for row, c in zip(W, b, strict=True)]
                for one in X
            ]
        )

    def backward(X, W, b, dY):
        dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
        for i in range(len(X)):
            for j in range(len(W)):
                dz = dY[i, j] * slope(X[i] @ W[j] + b[j])
                dX[i] += dz * W[j]
                dW[j] += dz * X[i]
                db[j] += dz
        return dX, dW, db

    return forward, backward


def einsum(curve, slope):
    """A layer in Einstein's notation."""

    def forward(X, W, b):
        return curve(np.einsum("mn,kn->mk", X, W) + b)

    def backward(X, W, b, dY):
        dZ = np.einsum("mk,mk->mk", dY, slope(np.einsum("mn,kn->mk", X, W) + b))
        return np.einsum("mk,kn->mn", dZ, W), np.einsum("mk,mn->kn", dZ, X), np.einsum("mk->k", dZ)

    return forward, backward


def in_columns(curve, slope):
    """A layer that turns everything round, samples into columns, and back."""

    def forward(X, W, b):
        return curve(W @ X.T + b[:, np.newaxis]).T

    def backward(X, W, b, dY):
        dZ = dY.T * slope(W @ X.T + b[:, np.newaxis])
        return (W.T @ dZ).T, dZ @ X, dZ @ np.ones(len(X))

    return forward, backward


def with_ones(curve, slope):
    """A layer whose bias is the weight of a further input, which is always 1."""

    def forward(X, W, b):
        return curve(np.c_[X, np.ones(len(X))] @ np.c_[W, b].T)

    def backward(X, W, b, dY):
        dZ = dY * slope(np.c_[X, np.ones(len(X))] @ np.c_[W, b].T)
        both = dZ.T @ np.c_[X, np.ones(len(X))]
        return dZ @ W, both[:, :-1], both[:, -1]

    return forward, backward


def sigmoid(z):
    """The logistic function."""
    return 1 / (1 + np.exp(-z))


CURVES = {
    "linear": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "arctan": (np.arctan, lambda z: 1 / (1 + z**2)),
    "elu": (lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z: np.where(z > 0, 1.0, np.exp(z))),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
    "square": (lambda z: z**2, lambda z: 2 * z),
    "sine": (np.sin, np.cos),
    "swish": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
}


def changed(change, curve="tanh"):
    """A layer of whose slopes something is changed afterwards."""
    forward, backward = plain(*CURVES[curve])
    return forward, lambda *place: change(*place, *backward(*place))


def sloped(curve, slope):
    """A layer with the wrong slope behind one of the curves."""
    return plain(CURVES[curve][0], slope)


def remembered():
    """A layer that answers with its first slopes again where the shapes are the same."""
    forward, backward = plain(*CURVES["tanh"])
    known = {}

    def again(X, W, b, dY):
        return known.setdefault((X.shape, W.shape), backward(X, W, b, dY))

    return forward, again


RIGHT_LAYERS = [
    lambda: plain(*CURVES["linear"]),
    lambda: looped(*CURVES["tanh"]),
    lambda: einsum(*CURVES["sigmoid"]),
    lambda: plain(*CURVES["arctan"]),
    lambda: with_ones(*CURVES["elu"]),
    lambda: in_columns(*CURVES["softplus"]),
    lambda: einsum(*CURVES["square"]),
    lambda: in_columns(*CURVES["sine"]),
    lambda: with_ones(*CURVES["swish"]),
]
WRONG_LAYERS = {
    "the slopes of the parameters": [
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (dX, dW, db / len(X))),
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (dX, dW / len(X), db), "softplus"),
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (dX, dW, np.zeros_like(db)), "sine"),
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (dX, -dW, db), "linear"),
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (dX, 1.01 * dW, db), "sigmoid"),
    ],
    "the slopes of the inputs": [
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (dY @ W, dW, db)),
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (2 * dX, dW, db), "linear"),
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (-dX, dW, db), "swish"),
        lambda: changed(lambda X, W, b, dY, dX, dW, db: (dX @ np.diag(np.arange(dX.shape[1]) < 1), dW, db), "square"),
    ],
    "the slope of the activation": [
        lambda: sloped("tanh", lambda z: 1 - z**2),
        lambda: sloped("sigmoid", np.ones_like),
        lambda: sloped("arctan", lambda z: 1 / (1 + np.abs(z))),
        lambda: sloped("elu", lambda z: np.where(z > 0, 1.0, 0.1)),
        lambda: sloped("square", lambda z: z),
    ],
    "several samples": [
        lambda: changed(
            lambda X, W, b, dY, dX, dW, db: (dX, np.outer(dY[0] * (1 - np.tanh(W @ X[0] + b) ** 2), X[0]), db)
        ),
    ],
    "biases other than 0": [
        lambda: changed(lambda X, W, b, dY, dX, dW, db: plain(*CURVES["tanh"])[1](X, W, 0 * b, dY)),
    ],
    "dY other than ones": [
        lambda: changed(lambda X, W, b, dY, dX, dW, db: plain(*CURVES["tanh"])[1](X, W, b, np.ones_like(dY))),
    ],
    "a second call with the same shapes": [remembered],
}


@pytest.mark.task("5.1", weight=1.5)
@pytest.mark.parametrize("kind", list(WRONG_LAYERS))
def test_trust_other_layers(student, rng, kind):
    """Right layers are trusted, and layers with a mistake of one kind are not."""
    judge(student.debugging.trust_backward, student, rng, RIGHT_LAYERS, WRONG_LAYERS, kind, lend_layer)


# Adam.


def adam(w, g, m, v, t, rate, first=0.9, second=0.999, tiny=1e-8):
    """One update of Adam."""
    m, v = first * m + (1 - first) * g, second * v + (1 - second) * g**2
    return w - rate * (m / (1 - first**t)) / (np.sqrt(v / (1 - second**t)) + tiny), m, v


def adam_by_differences(w, g, m, v, t, rate):
    """Both averages move a part of the way."""
    m, v = m + 0.1 * (g - m), v + 0.001 * (g * g - v)
    return w - rate * m / (1 - 0.9**t) / (v**0.5 / (1 - 0.999**t) ** 0.5 + 1e-8), m, v


def adam_as_torch_has_it(w, g, m, v, t, rate):
    """The rate takes up the first correction."""
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return w - rate / (1 - 0.9**t) * (m / (np.sqrt(v) / np.sqrt(1 - 0.999**t) + 1e-8)), m, v


def adam_number_by_number(w, g, m, v, t, rate):
    """Python's own numbers in a loop."""
    rows = [
        adam(*(float(part) for part in parts), t, rate) for parts in zip(w.flat, g.flat, m.flat, v.flat, strict=True)
    ]
    return tuple(np.array([row[which] for row in rows]).reshape(w.shape) for which in range(3))


def adam_in_place(w, g, m, v, t, rate):
    """Changes copies in place."""
    w, m, v = w.copy(), m.copy(), v.copy()
    m *= 0.9
    m += 0.1 * g
    v *= 0.999
    v += 0.001 * np.square(g)
    w -= rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w, m, v


def adam_with_epsilon_moved(w, g, m, v, t, rate):
    """The correction of the second average is multiplied out, epsilon with it."""
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    root = (1 - 0.999**t) ** 0.5
    return w - rate * root / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-8 * root), m, v


def adam_flat(w, g, m, v, t, rate):
    """Works on vectors and gives them their shape again."""
    return tuple(part.reshape(w.shape) for part in adam(w.ravel(), g.ravel(), m.ravel(), v.ravel(), t, rate))


def adam_negated(w, g, m, v, t, rate):
    """Goes up the hill of the negative gradient."""
    ahead, m, v = adam(-w, -g, -m, v, t, rate)
    return -ahead, -m, v


def with_own_state():
    """An optimiser that keeps the averages to itself after the first update."""
    kept = {}

    def step(w, g, m, v, t, rate):
        m, v = kept.get(w.shape, (m, v))
        w, *kept[w.shape] = adam(w, g, m, v, t, rate)
        return w, *kept[w.shape]

    return step


RIGHT_STEPS = [
    *(lambda step=step: step for step in (adam, adam_by_differences, adam_as_torch_has_it, adam_number_by_number)),
    *(lambda step=step: step for step in (adam_in_place, adam_with_epsilon_moved, adam_flat, adam_negated)),
]


def step_of(step):
    """The same function each time it is asked for."""
    return lambda: step


def around(change):
    """Adam, of whose answers (w, m, v) something is changed."""
    return lambda: lambda w, g, m, v, t, rate: change(w, g, m, v, t, rate, *adam(w, g, m, v, t, rate))


def descend(w, m, v, rate):
    """A step with averages that are corrected already."""
    return w - rate * m / (np.sqrt(v) + 1e-8)


WRONG_STEPS = {
    "the corrections": [
        around(lambda w, g, m, v, t, rate, W, M, V: (descend(w, M, V, rate), M, V)),
        around(lambda w, g, m, v, t, rate, W, M, V: (descend(w, M / (1 - 0.9**t), V, rate), M, V)),
        around(lambda w, g, m, v, t, rate, W, M, V: (descend(w, M, V / (1 - 0.999**t), rate), M, V)),
        step_of(lambda w, g, m, v, t, rate: adam(w, g, m, v, t + 1, rate)),
        step_of(lambda w, g, m, v, t, rate: adam(w, g, m, v, 1, rate)),
    ],
    "the averages": [
        step_of(lambda w, g, m, v, t, rate: adam(w, g, m, v, t, rate, first=0.999, second=0.9)),
        around(lambda w, g, m, v, t, rate, W, M, V: (W, m, V)),
        around(lambda w, g, m, v, t, rate, W, M, V: (W, M, 0.999 * v + 0.001 * np.abs(g))),
        step_of(lambda w, g, m, v, t, rate: adam(w, g, 0 * m, v, t, rate)),
        step_of(lambda w, g, m, v, t, rate: adam(w, g, m, 0 * v, t, rate)),
        around(lambda w, g, m, v, t, rate, W, M, V: (W, 0.9 * m + g, V)),
    ],
    "the step": [
        around(lambda w, g, m, v, t, rate, W, M, V: (2 * w - W, M, V)),
        step_of(lambda w, g, m, v, t, rate: adam(w, g, m, v, t, 0.001)),
        around(lambda w, g, m, v, t, rate, W, M, V: (W - 0.01 * rate * w, M, V)),
        around(lambda w, g, m, v, t, rate, W, M, V: (np.where(np.arange(w.shape[-1]) < 1, W, w), M, V)),
        around(lambda w, g, m, v, t, rate, W, M, V: (w - rate * np.sign(M), M, V)),
    ],
    "gradients as small as epsilon": [
        around(
            lambda w, g, m, v, t, rate, W, M, V: (
                w - rate * (M / (1 - 0.9**t)) / np.sqrt(V / (1 - 0.999**t) + 1e-8),
                M,
                V,
            )
        ),
        around(
            lambda w, g, m, v, t, rate, W, M, V: (w - rate * (M / (1 - 0.9**t)) / np.sqrt(V / (1 - 0.999**t)), M, V)
        ),
    ],
    "a second call with the same shapes": [with_own_state],
}


@pytest.mark.task("5.2", weight=1.5)
@pytest.mark.parametrize("kind", list(WRONG_STEPS))
def test_trust_other_steps(student, rng, kind):
    """Right steps of Adam are trusted, and steps with a mistake of one kind are not."""
    judge(student.debugging.trust_optimiser, student, rng, RIGHT_STEPS, WRONG_STEPS, kind, lend_step)


# A split.


def divided(X, y, share, order):
    """Two sets, with the first samples of this order in the validation set."""
    size = int(share * len(X))
    return X[order[size:]], y[order[size:]], X[order[:size]], y[order[:size]]


def permuted(m, seed):
    """The numbers from 0 to m - 1 in some order."""
    return np.random.default_rng(seed).permutation(m)


def split_of(ordered):
    """A split by an order that depends on X, y, the share and the seed."""
    return lambda: lambda X, y, share, seed: divided(X, y, share, ordered(X, y, share, seed))


def shuffled_by_python(X, y, share, seed):
    """Python's own random numbers, and lists of pairs."""
    pairs = list(zip(X.tolist(), y.tolist(), strict=True))
    random.Random(seed).shuffle(pairs)
    size = int(share * len(pairs))
    parts = pairs[size:], pairs[:size]
    return tuple(
        array
        for part in parts
        for array in (np.array([x for x, _ in part]).reshape(-1, X.shape[1]), np.array([y for _, y in part]))
    )


def masked(X, y, share, seed):
    """A mask, which keeps the order in both sets."""
    chosen = np.zeros(len(X), dtype=bool)
    chosen[np.random.default_rng(seed).choice(len(X), int(share * len(X)), replace=False)] = True
    return X[~chosen], y[~chosen], X[chosen], y[chosen]


def joined(X, y, share, seed):
    """Shuffles the rows of one table that holds X and y."""
    table = np.random.default_rng(seed).permutation(np.c_[X, y], axis=0)
    size = int(share * len(X))
    return table[size:, :-1], table[size:, -1], table[:size, :-1], table[:size, -1]


def from_the_end(X, y, share, seed):
    """The validation set is the end of a shuffled list."""
    order, size = permuted(len(X), seed + 7), len(X) - int(share * len(X))
    return X[order[:size]], y[order[:size]], X[order[size:]], y[order[size:]]


def drawn_one_by_one(X, y, share, seed):
    """Draws the places of the validation set one after another."""
    rng, left, chosen = np.random.default_rng(seed), list(range(len(X))), []
    for _ in range(int(share * len(X))):
        chosen.append(left.pop(int(rng.integers(len(left)))))
    return X[left], y[left], X[chosen], y[chosen]


RIGHT_SPLITS = [
    split_of(lambda X, y, share, seed: permuted(len(X), seed)),
    split_of(lambda X, y, share, seed: np.argsort(np.random.default_rng(seed).random(len(X)))),
    split_of(lambda X, y, share, seed: np.random.RandomState(seed).permutation(len(X))),
    *(lambda split=split: split for split in (shuffled_by_python, masked, joined, from_the_end, drawn_one_by_one)),
]


def after(change):
    """A right split of whose four parts something is changed."""
    return lambda: lambda X, y, share, seed: change(X, y, share, seed, *divided(X, y, share, permuted(len(X), seed)))


def once(X, y, share, seed):
    """Draws the same order for every seed, then shuffles inside of both sets."""
    size, rng = int(share * len(X)), np.random.default_rng(seed)
    order = permuted(len(X), 0)
    return np.concatenate([rng.permutation(order[:size]), rng.permutation(order[size:])])


WRONG_SPLITS = {
    "torn pairs": [
        after(lambda X, y, share, seed, a, b, c, d: (a, np.roll(b, 1), c, np.roll(d, 1))),
        after(lambda X, y, share, seed, a, b, c, d: (a, b, c, d[::-1])),
        after(lambda X, y, share, seed, a, b, c, d: (a, y[len(d) :], c, y[: len(d)])),
        after(lambda X, y, share, seed, a, b, c, d: (np.sort(a, axis=0), b, c, d)),
    ],
    "samples in both sets, or in none": [
        after(lambda X, y, share, seed, a, b, c, d: (X, y, c, d)),
        after(lambda X, y, share, seed, a, b, c, d: (a, b, a[: len(c)], b[: len(d)])),
        split_of(lambda X, y, share, seed: np.random.default_rng(seed).integers(len(X), size=len(X))),
        after(lambda X, y, share, seed, a, b, c, d: (a[:-1], b[:-1], c, d)),
        after(lambda X, y, share, seed, a, b, c, d: (np.r_[a, c[:1]], np.r_[b, d[:1]], c, d)),
    ],
    "other sizes, or other numbers": [
        after(lambda X, y, share, seed, a, b, c, d: (c, d, a, b)),
        after(lambda X, y, share, seed, a, b, c, d: (a[1:], b[1:], np.r_[c, a[:1]], np.r_[d, b[:1]])),
        after(lambda X, y, share, seed, a, b, c, d: (np.r_[a, c[:1]], np.r_[b, d[:1]], c[1:], d[1:])),
        after(
            lambda X, y, share, seed, a, b, c, d: (
                (a - X.mean(axis=0)) / (1 + X.std(axis=0)),
                b,
                (c - X.mean(axis=0)) / (1 + X.std(axis=0)),
                d,
            )
        ),
        after(lambda X, y, share, seed, a, b, c, d: (a, b, a[:0], b[:0])),
    ],
    "the wrong chance": [
        split_of(lambda X, y, share, seed: np.arange(len(X))),
        split_of(lambda X, y, share, seed: permuted(len(X), 0)),
        split_of(once),
        split_of(lambda X, y, share, seed: permuted(len(X), None)),
        split_of(lambda X, y, share, seed: np.r_[permuted(len(X) // 2, seed), len(X) // 2 : len(X)]),
    ],
}


@pytest.mark.task("5.3", weight=1.5)
@pytest.mark.parametrize("kind", list(WRONG_SPLITS))
def test_trust_other_splits(student, rng, kind):
    """Right splits are trusted, and splits with a mistake of one kind are not."""
    judge(student.debugging.trust_split, student, rng, RIGHT_SPLITS, WRONG_SPLITS, kind, lend_split)


# How a test of the student's is judged.


def judge(trust, student, rng, right, wrong, kind, lend):
    """Lend a quarter of the right implementations, and those that are wrong in this way; the order is drawn."""
    place = list(wrong).index(kind)
    chosen = [(make, True) for make in right[place :: len(wrong)]] + [(make, False) for make in wrong[kind]]
    for number in rng.permutation(len(chosen)):
        make, due = chosen[number]
        with expect.given("a right implementation" if due else f"a mistake: {kind}"):
            made = make()
            lent = lend(*made) if isinstance(made, tuple) else lend(made)
            expect.boolean(trust(*lent, student.rng(int(rng.integers(10**6)))), due)


# How it gets them: it calls them over the channel, with what it likes.


def lend_layer(forward, backward):
    """Both passes of a layer, for arrays that fit together."""
    calls = count(1)

    def opened(X, W, b, dY=None):
        expect.that(next(calls) <= CALLS, "A test may call what it is given 500 times in all.")
        X, W, b = expect.numbers(X, shape=(None, None)), expect.numbers(W, shape=(None, None)), expect.numbers(b)
        sizes = (*X.shape, len(W))
        expect.that(min(sizes) >= 1 and max(sizes) <= LONGEST, "Sizes go from 1 to 100.")
        expect.that(W.shape[1] == X.shape[1] and b.shape == W.shape[:1], "The shapes of X, W and b do not fit.")
        return (X, W, b) if dY is None else (X, W, b, expect.numbers(dY, shape=(len(X), len(W))))

    return lambda X, W, b: forward(*opened(X, W, b)), lambda X, W, b, dY: backward(*opened(X, W, b, dY))


def lend_step(step):
    """A step of an optimiser, for arrays of one shape."""
    calls = count(1)

    def lent(w, g, m, v, t, rate):
        expect.that(next(calls) <= CALLS, "A test may call what it is given 500 times in all.")
        w = expect.numbers(w)
        expect.that(w.ndim in (1, 2) and 1 <= w.size <= LONGEST**2, "An optimiser takes vectors and matrices.")
        g, m, v = (expect.numbers(part, shape=w.shape) for part in (g, m, v))
        expect.that(bool(np.all(v >= 0)), "v cannot be negative.")
        return step(w, g, m, v, expect.integer(t, minimum=1, maximum=10**6), expect.number(rate))

    return (lent,)


def lend_split(split):
    """A split, for samples with their targets."""
    calls = count(1)

    def lent(X, y, share, seed):
        expect.that(next(calls) <= CALLS, "A test may call what it is given 500 times in all.")
        X = expect.numbers(X, shape=(None, None))
        expect.that(2 <= len(X) <= 1000 and 1 <= X.shape[1] <= LONGEST, "There are 2 to 1000 samples.")
        part = expect.number(share)
        expect.that(0 < part < 1, "A share lies between 0 and 1.")
        return split(X, expect.numbers(y, shape=(len(X),)), part, expect.integer(seed, minimum=0, maximum=10**9))

    return (lent,)
