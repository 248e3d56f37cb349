# /// submission
# about = "All parameters in one vector, gradients from the Jacobian of each sample, other rates and steps, NumPy scalars."
# earns = "everything"
# ///
import numpy as np

LEARNING_RATE, STEPS = 0.5, 1500
INPUTS = np.float64([[0, 0, 1, 1], [0, 1, 0, 1]])
TARGETS = np.float64([[0, 1, 1, 0]])


def shapes(n_inputs, n_hidden):
    return [("W1", (n_hidden, n_inputs)), ("b1", (n_hidden, 1)), ("W2", (1, n_hidden)), ("b2", (1, 1))]


def pack(parameters, prefix=""):
    return np.concatenate([parameters[prefix + name].reshape(-1) for name in ("W1", "b1", "W2", "b2")])


def unpack(vector, like, prefix=""):
    ends = np.cumsum([np.prod(shape, dtype=int) for _, shape in like])
    parts = np.split(vector, ends[:-1])
    return {prefix + name: part.reshape(shape) for (name, shape), part in zip(like, parts)}


def layout(parameters):
    n_hidden, n_inputs = parameters["W1"].shape
    return shapes(n_inputs, n_hidden)


def sigmoid(z):
    with np.errstate(over="ignore"):
        return np.reciprocal(1.0 + np.exp(np.negative(z)))


def initialise(n_inputs, n_hidden, rng):
    like = shapes(n_inputs, n_hidden)
    signs = rng.choice([-1.0, 1.0], size=sum(rows * columns for _, (rows, columns) in like))
    parameters = unpack(signs * rng.uniform(0.3, 1.2, size=signs.shape), like)
    return parameters | {"b1": np.zeros_like(parameters["b1"]), "b2": np.zeros((1, 1))}


def forward(parameters, X):
    ones = np.ones((1, X.shape[1]))
    A1 = np.tanh(np.hstack([parameters["W1"], parameters["b1"]]) @ np.vstack([X, ones]))
    A2 = sigmoid(np.hstack([parameters["W2"], parameters["b2"]]) @ np.vstack([A1, ones]))
    return (A1, A2)


def binary_cross_entropy(A2, Y):
    p = np.abs(1 - Y - A2).clip(1e-12, 1 - 1e-12)
    return np.average(-np.log(p))


def backward(parameters, X, Y, A1, A2):
    jacobian = []
    for x, a in zip(X.T, A1.T):
        inner = parameters["W2"].ravel() * (1 - a * a)
        jacobian.append(np.concatenate([np.kron(inner, x), inner, a, [1.0]]))
    vector = np.mean((A2 - Y).T * np.array(jacobian), axis=0)
    return unpack(vector, layout(parameters), prefix="d")


def update(parameters, gradients, learning_rate):
    vector = pack(parameters) + np.multiply(-learning_rate, pack(gradients, "d"))
    return unpack(vector, layout(parameters))


def train(parameters, X, Y, learning_rate, steps):
    def step(parameters):
        A1, A2 = forward(parameters, X)
        slopes = backward(parameters, X, Y, A1, A2)
        return update(parameters, slopes, learning_rate), binary_cross_entropy(A2, Y)

    history = []
    for _ in range(steps):
        parameters, loss = step(parameters)
        history.append(np.float64(loss))
    return (parameters, tuple(history))


def learn_xor(n_hidden, rng, max_starts):
    if max_starts == 0:
        raise RuntimeError("out of starts")
    parameters, _ = train(initialise(2, n_hidden, rng), INPUTS, TARGETS, LEARNING_RATE, STEPS)
    A2 = forward(parameters, INPUTS)[1]
    if np.all(np.abs(A2 - TARGETS) < 0.5):
        return parameters
    return learn_xor(n_hidden, rng, max_starts - 1)


def decision_grid(parameters, x1, x2):
    @np.vectorize
    def answer(a, b):
        return forward(parameters, np.array([[a], [b]]))[1].item()

    return answer(x1[None, :], x2[:, None])


def hidden_representation(parameters):
    A1, *_ = forward(parameters, INPUTS)
    return A1.copy()


def output_plane(W2, b2, a1, a2):
    @np.vectorize
    def answer(a, b):
        return sigmoid(W2 @ np.array([[a], [b]]) + b2).item()

    return answer(a1, a2.reshape(-1, 1))


def draw_boundary(x1, x2, P):
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4))
    left.pcolormesh(x1, x2, P > 0.5, shading="auto")
    left.set(xlabel="x1", ylabel="x2", title="answer")
    right.plot(x1, P.T)
    right.set(xlabel="x1", ylabel="P", title="by row")
    return figure


def draw_hidden(A1, a1, a2, P):
    import matplotlib.pyplot as plt

    figure = plt.figure()
    axes = figure.add_subplot(1, 1, 1)
    slopes = np.gradient(P, a2, a1)
    axes.quiver(a1, a2, slopes[1], slopes[0], P)
    axes.plot(*A1, "r*")
    axes.set_xlabel("hidden unit 1")
    axes.set_ylabel("hidden unit 2")
    return axes
