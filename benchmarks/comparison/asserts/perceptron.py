"""Plain asserts on 03_perceptron, a function for each task, as instructors write them for notebooks.

A parameter is what the student has defined under this name. Nothing here knows of `autograder`.
"""

import io

import matplotlib.pyplot as plt
import numpy as np

TRUTH_TABLE = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
AND_TARGETS, OR_TARGETS = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])
XOR_TARGETS = np.array([0, 1, 1, 0])


def in_a_state(perceptron_class, weights, bias):
    """A perceptron of the student's with these weights and this bias."""
    model = perceptron_class(len(weights))
    model.weights = np.array(weights)
    model.bias = bias
    return model


def trained_rightly(w, b, X, y, max_epochs):
    """The mistakes of each epoch by Rosenblatt's rule, and the weights and the bias at the end."""
    mistakes = []
    while len(mistakes) < max_epochs and 0 not in mistakes:
        mistakes.append(0)
        for x, target in zip(X.T, y, strict=True):
            error = target - (w @ x + b >= 0)
            w, b = w + error * x, b + error
            mistakes[-1] += int(error != 0)
    return mistakes, w, b


def random_course(rng):
    """A state, and seven samples that a plane separates."""
    plane, X = rng.normal(size=4), rng.uniform(-1, 1, size=(3, 7))
    return rng.normal(size=3), float(rng.normal()), X, np.where(plane[:3] @ X + plane[3] >= 0, 1, 0)


def pixels_of(picture):
    """Return the looks of a figure, or of the figure of axes."""
    content = io.BytesIO()
    picture.figure.savefig(content, format="rgba")
    return content.getvalue()


def task_1_1(step):
    """The step activation."""
    for z, expected in [(-2.5, 0), (-0.1, 0), (-1e-9, 0), (0.0, 1), (0.1, 1), (7, 1)]:
        assert step(z) == expected
    rng = np.random.default_rng(1)
    for shape in [(7,), (3, 5)]:
        z = rng.normal(size=shape)
        before = z.copy()
        answer = np.asarray(step(z))
        assert answer.dtype != bool
        assert answer.shape == shape
        assert np.array_equal(answer, np.where(before >= 0, 1, 0))
        assert np.array_equal(z, before)


def task_1_2(neuron):
    """One neuron."""
    rng = np.random.default_rng(2)
    for n in (1, 4, 9):
        x, w, b = rng.normal(size=n), rng.normal(size=n), float(rng.normal())
        before = x.copy(), w.copy()
        assert np.isclose(neuron(x, w, b, np.tanh), np.tanh(w @ x + b))
        assert np.isclose(neuron(x, w, b, lambda z: z * z), (w @ x + b) ** 2)
        assert np.array_equal(x, before[0])
        assert np.array_equal(w, before[1])


def task_2_1(Perceptron):
    """Predict."""
    rng = np.random.default_rng(3)
    for n, m in [(1, 4), (2, 6), (5, 3), (4, 1)]:
        w, b, X = rng.normal(size=n), float(rng.normal()), rng.normal(size=(n, m))
        model = in_a_state(Perceptron, w, b)
        expected = np.where(w @ X + b >= 0, 1, 0)
        answers = np.asarray(model.predict(X))
        assert answers.shape == (m,)
        assert np.array_equal(answers, expected)
        for x, answer in zip(X.T, expected, strict=True):
            assert np.shape(model.predict(x)) == ()
            assert model.predict(x) == answer
        assert np.array_equal(model.weights, w)
        assert model.bias == b


def task_2_2(Perceptron):
    """Learn from one sample."""
    rng = np.random.default_rng(4)
    for target in [0, 1] * 4:
        w, x, error = rng.normal(size=4), rng.normal(size=4), 2 * target - 1
        before = x.copy()
        b = float(-(w @ x) - error * rng.uniform(0.1, 0.4))
        model = in_a_state(Perceptron, w, b)
        assert model.update(x, target)
        assert np.allclose(model.weights, w + error * before)
        assert np.isclose(model.bias, b + error)
        model = in_a_state(Perceptron, w, b)
        assert not model.update(x, 1 - target)
        assert np.allclose(model.weights, w)
        assert np.isclose(model.bias, b)
        assert np.array_equal(x, before)


def task_2_3(Perceptron):
    """Train."""
    rng = np.random.default_rng(5)
    for _ in range(4):
        w, b, X, y = random_course(rng)
        before = X.copy(), y.copy()
        expected, final_w, final_b = trained_rightly(w, b, X, y, 200)
        model = in_a_state(Perceptron, w, b)
        assert list(model.fit(X, y, 200)) == expected
        assert np.allclose(model.weights, final_w)
        assert np.isclose(model.bias, final_b)
        assert np.array_equal(X, before[0])
        assert np.array_equal(y, before[1])
        X, y = np.column_stack([X, X[:, :1]]), np.append(y, 1 - y[0])
        mistakes = in_a_state(Perceptron, w, b).fit(X, y, 5)
        assert len(mistakes) == 5
        assert 0 not in mistakes


def task_3_1(boundary):
    """The decision line."""
    rng = np.random.default_rng(6)
    for w1, w2, b, x1 in rng.uniform(0.5, 2.0, size=(4, 4)) * rng.choice([-1, 1], size=(4, 4)):
        assert np.isclose(boundary(np.array([w1, w2]), b, x1), -(w1 * x1 + b) / w2)
    w, b, x1 = rng.uniform(0.5, 2.0, size=2), float(rng.normal()), rng.normal(size=7)
    before = x1.copy()
    answers = np.asarray(boundary(w, b, x1))
    assert answers.shape == (7,)
    assert np.allclose(answers, -(w[0] * before + b) / w[1])
    assert np.array_equal(x1, before)
    try:
        boundary(np.array([3.0, 0.0]), -6.0, 1.0)
    except ValueError:
        return
    raise AssertionError("a vertical line should raise ValueError")


def task_3_2(Perceptron):
    """Learn the gates."""
    for y in (AND_TARGETS, OR_TARGETS, 1 - AND_TARGETS, 1 - OR_TARGETS):
        model = Perceptron(2)
        model.fit(TRUTH_TABLE, y, 50)
        z = np.asarray(model.weights) @ TRUTH_TABLE + model.bias
        assert np.array_equal(z >= 0, y == 1) or np.array_equal(z > 0, y == 1)


def task_3_3(mistakes_on_xor):
    """Fail at XOR."""
    for epochs in (5, 30, 11):
        expected, _, _ = trained_rightly(np.zeros(2), 0.0, TRUTH_TABLE, XOR_TARGETS, epochs)
        assert list(mistakes_on_xor(epochs)) == expected


def task_3_4(draw_gate):
    """Draw a gate."""
    pictures = []
    for weights, bias in [([1.0, 1.0], -1.5), ([2.0, 1.0], -1.5), ([1.0, 2.0], -1.5)]:
        picture = draw_gate(np.array(weights), bias, AND_TARGETS)
        axes = picture.figure.axes
        assert any(one.get_xlabel().strip() and one.get_ylabel().strip() for one in axes)
        pictures.append(pixels_of(picture))
        plt.close("all")
    assert pictures[0] not in pictures[1:]
    assert draw_gate(np.array([2.0, 0.0]), -1.0, np.array([0, 0, 1, 1])).figure.axes
    plt.close("all")
