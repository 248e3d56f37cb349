# /// submission
# about = "einsum everywhere, Xavier's uniform weights with the output layer drawn first, gradients as one outer product."
# earns = "everything"
# ///
import numpy as np
from numpy import einsum, log, tanh

SAMPLES = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], dtype=np.float64).T
XOR = (SAMPLES.sum(axis=0) == 1).astype(np.float64)[None]


def sigmoid(z):
    return 0.5 + 0.5 * tanh(0.5 * z)


def initialise(n_inputs, n_hidden, rng):
    def xavier(rows, columns):
        limit = np.sqrt(6 / (rows + columns))
        return rng.uniform(-limit, limit, (rows, columns))

    W2 = xavier(1, n_hidden)
    return dict(W2=W2, b2=np.zeros((1, 1)), W1=xavier(n_hidden, n_inputs), b1=np.zeros((n_hidden, 1)))


def forward(parameters, X):
    hidden = tanh(einsum("hn,nm->hm", parameters["W1"], X) + parameters["b1"])
    return hidden, sigmoid(z=einsum("oh,hm->om", parameters["W2"], hidden) + parameters["b2"])


def binary_cross_entropy(A2, Y):
    return np.mean(-log(np.where(Y > 0.5, A2, 1 - A2).clip(1e-12, 1 - 1e-12)))


def backward(parameters, X, Y, A1, A2):
    m = Y.size
    error = A2 - Y
    slope = einsum("om,oh,hm->hm", error, parameters["W2"], 1 - A1 * A1)
    return {
        "db2": einsum("om->o", error)[:, None] / m,
        "dW2": einsum("om,hm->oh", error, A1) / m,
        "db1": einsum("hm->h", slope)[:, None] / m,
        "dW1": einsum("hm,nm->hn", slope, X) / m,
    }


def update(parameters, gradients, learning_rate):
    W1, b1, W2, b2 = (parameters[name] - learning_rate * gradients[f"d{name}"] for name in ("W1", "b1", "W2", "b2"))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def train(parameters, X, Y, learning_rate, steps):
    losses = np.zeros(steps)
    for step in range(steps):
        A1, A2 = forward(X=X, parameters=parameters)
        losses[step] = binary_cross_entropy(A2=A2, Y=Y)
        gradients = backward(parameters=parameters, X=X, Y=Y, A1=A1, A2=A2)
        parameters = update(parameters=parameters, gradients=gradients, learning_rate=learning_rate)
    return parameters, losses


def learn_xor(n_hidden, rng, max_starts):
    for _ in range(max_starts):
        start = initialise(n_inputs=2, n_hidden=n_hidden, rng=rng)
        parameters, losses = train(parameters=start, X=SAMPLES, Y=XOR, learning_rate=0.8, steps=900)
        if max(abs(forward(parameters, SAMPLES)[1] - XOR).flat) < 0.5:
            return parameters
    raise RuntimeError


def decision_grid(parameters, x1, x2):
    return np.stack([forward(parameters, np.stack([x1, np.full(len(x1), b)]))[1][0] for b in x2])


def hidden_representation(parameters):
    return tanh(einsum("hn,nm->hm", parameters["W1"], SAMPLES) + parameters["b1"])


def output_plane(W2, b2, a1, a2):
    both = np.zeros((2, len(a2), len(a1)))
    both[0], both[1] = a1[None, :], a2[:, None]
    return sigmoid(z=einsum("oh,hij->ij", W2, both) + b2)


def draw_boundary(x1, x2, P):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    filled = ax.contourf(x1, x2, P, levels=12, cmap="viridis")
    fig.colorbar(filled, label="P")
    ax.scatter(*SAMPLES, c=XOR[0], edgecolors="k")
    ax.set_xlabel("$x_1$")
    ax.set_ylabel("$x_2$")
    return fig


def draw_hidden(A1, a1, a2, P):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    ax.clabel(ax.contour(a1, a2, P, levels=[0.2, 0.5, 0.8], colors="k", linestyles="--"))
    ax.scatter(*A1, c=XOR[0], s=80)
    ax.set(xlabel="$a_1$", ylabel="$a_2$", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))
    return ax
