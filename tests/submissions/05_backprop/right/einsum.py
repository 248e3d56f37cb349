# /// submission
# about = "einsum everywhere, GELU by tanh, and a backward pass that hands on dA."
# earns = "everything"
# ///
import argparse

import numpy as np
import matplotlib.pyplot as plt

sigmoid = lambda Z: np.where(Z >= 0, 1 / (1 + np.exp(-abs(Z))), np.exp(-abs(Z)) / (1 + np.exp(-abs(Z))))
tanh = lambda Z: 2 * sigmoid(2 * Z) - 1
relu = lambda Z: Z * np.heaviside(Z, 0.0)
leaky_relu = lambda Z: Z * np.where(Z < 0, 0.01, 1)
linear = lambda Z: Z

C = np.sqrt(2 / np.pi)


def gelu(Z):
    return 0.5 * Z * (1 + np.tanh(C * (Z + 0.044715 * Z**3)))


def softmax(Z):
    shifted = Z - np.max(Z, 0)
    return np.exp(shifted - np.log(np.einsum("ki->i", np.exp(shifted))))


def sigmoid_derivative(Z):
    return np.exp(-np.abs(Z)) / (1 + np.exp(-np.abs(Z))) ** 2


def tanh_derivative(Z):
    return 4 * sigmoid_derivative(2 * Z)


relu_derivative = lambda Z: np.heaviside(Z, 0.5)
leaky_relu_derivative = lambda Z: 0.01 + 0.99 * (Z > 0)
linear_derivative = lambda Z: np.full(Z.shape, 1.0)


def gelu_derivative(Z):
    t = np.tanh(C * (Z + 0.044715 * Z**3))
    return 0.5 * (1 + t) + 0.5 * Z * (1 - t**2) * C * (1 + 3 * 0.044715 * Z**2)


def softmax_jacobian(z):
    a = softmax(z[:, None]).ravel()
    return np.einsum("i,ij->ij", a, np.eye(len(a))) - np.einsum("i,j->ij", a, a)


def activate(Z, name):
    return globals()[name](Z)


def activation_derivative(Z, name):
    return globals()[name + "_derivative"](Z)


def activation_curves(z):
    return dict(
        sigmoid=(sigmoid(z), sigmoid_derivative(z)),
        tanh=(tanh(z), tanh_derivative(z)),
        relu=(relu(z), relu_derivative(z)),
        leaky_relu=(leaky_relu(z), leaky_relu_derivative(z)),
        gelu=(gelu(z), gelu_derivative(z)),
    )


def draw_activations(z, curves):
    fig, ax = plt.subplots()
    for (name, (g, dg)), color in zip(curves.items(), "bgrcm"):
        ax.plot(z, g, color, label=name)
        ax.plot(z, dg, color + ":", label="derivative of " + name)
    ax.set_xlabel("z")
    ax.legend()
    return fig


def initialize_parameters(layer_dims, method, rng):
    factors = dict(zeros=lambda n: 0, large=lambda n: 100, xavier=lambda n: (1 / n) ** 0.5, he=lambda n: (2 / n) ** 0.5)
    parameters = {}
    for l, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:])):
        parameters["b%d" % (l + 1)] = np.zeros((n_out, 1))
        if method == "zeros":
            parameters["W%d" % (l + 1)] = np.zeros((n_out, n_in))
        else:
            parameters["W%d" % (l + 1)] = rng.normal(loc=0, scale=factors[method](n_in), size=(n_out, n_in))
    return parameters


def activation_variances(X, parameters, activations):
    variances = np.zeros(len(activations))
    for l in range(len(activations)):
        A, _ = forward(X, parameters, activations[: l + 1])
        variances[l] = np.var(A)
    return variances


def draw_variances(variances):
    fig, axes = plt.subplots(len(variances), sharex=True)
    for ax, (method, values) in zip(axes, variances.items()):
        ax.bar(np.arange(len(values)) + 1, values)
        ax.set(title=f"initialised by {method}", ylabel="variance", xlabel="layer")
    return fig


def forward(X, parameters, activations):
    caches = []
    A = X
    for l, activation in enumerate(activations, 1):
        Z = np.einsum("oi,im->om", parameters[f"W{l}"], A, optimize=True) + parameters[f"b{l}"]
        caches += [(A, parameters[f"W{l}"], parameters[f"b{l}"], Z)]
        A = activate(Z, activation)
    return A, tuple(caches)


def compute_loss(AL, Y, loss):
    m = AL.shape[1]
    p = np.maximum(1e-12, np.minimum(AL, 1 - 1e-12))
    if loss == "binary_cross_entropy":
        return np.array(-(np.einsum("ki,ki", Y, np.log(p)) + np.einsum("ki,ki", 1 - Y, np.log1p(-p))) / m)
    if loss == "categorical_cross_entropy":
        return np.array(-np.einsum("ki,ki", Y, np.log(p)) / m)
    return np.array(np.einsum("ki,ki", AL - Y, AL - Y) / m)


def backward(AL, Y, caches, activations, loss):
    dA = 2 * (AL - Y) / AL.shape[1]
    gradients = {}
    for l in reversed(range(len(activations))):
        A_prev, W, b, Z = caches[l]
        if l + 1 == len(activations) and loss != "mean_squared_error":
            dZ = dA / 2
        else:
            dZ = dA * activation_derivative(Z, activations[l])
        gradients[f"dW{l + 1}"] = np.einsum("om,im->oi", dZ, A_prev)
        gradients[f"db{l + 1}"] = np.einsum("om->o", dZ)[..., np.newaxis]
        dA = np.einsum("oi,om->im", W, dZ)
    return gradients


def update_parameters(parameters, gradients, learning_rate):
    return {k: parameters[k] - gradients["d" + k] * learning_rate for k in parameters}


def gradient_check(parameters, gradients, X, Y, activations, loss, step=1e-5):
    g_all, e_all = [], []
    for k, v in parameters.items():
        e = np.empty_like(v)
        it = np.nditer(v, flags=["multi_index"])
        for old in it:
            changed = dict(parameters)
            changed[k] = v.copy()
            changed[k][it.multi_index] = old + step
            e[it.multi_index] = compute_loss(AL=forward(X, changed, activations)[0], Y=Y, loss=loss)
            changed[k][it.multi_index] = old - step
            e[it.multi_index] -= compute_loss(AL=forward(X, changed, activations)[0], Y=Y, loss=loss)
        g_all.append(gradients["d" + k].flatten())
        e_all.append(e.flatten() / (2 * step))
    g, e = np.hstack(g_all), np.hstack(e_all)
    return np.sqrt(((g - e) ** 2).sum()) / (np.sqrt((g**2).sum()) + np.sqrt((e**2).sum()))


def minibatches(X, Y, batch_size, rng):
    m = X.shape[1]
    order = rng.choice(m, size=m, replace=False)
    parts = np.array_split(order, np.arange(batch_size, m, batch_size))
    return tuple([X[:, part], Y[:, part]] for part in parts)


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    history = np.zeros(epochs)
    m = X.shape[1]
    for epoch in range(epochs):
        for X_batch, Y_batch in minibatches(X, Y, batch_size, rng) if batch_size else [(X, Y)]:
            AL, caches = forward(X=X_batch, parameters=parameters, activations=activations)
            history[epoch] += X_batch.shape[1] / m * compute_loss(AL=AL, Y=Y_batch, loss=loss)
            gradients = backward(AL=AL, Y=Y_batch, caches=caches, activations=activations, loss=loss)
            parameters = update_parameters(parameters, gradients, learning_rate=learning_rate)
    return parameters, history


def predict(X, parameters, activations):
    AL, _ = forward(X, parameters, activations)
    return np.squeeze(AL >= 0.5, axis=0).astype(np.int8) if len(AL) == 1 else np.argmax(AL, 0)


def save_parameters(path, parameters, activations):
    np.savez(path, **{"activations": np.array(activations, dtype="U20"), **parameters})


def load_parameters(path):
    with np.load(path) as archive:
        arrays = {key: archive[key] for key in archive.files}
    activations = arrays.pop("activations")
    return arrays, list(map(str, activations))


def train_command(options):
    data = np.load(options.data)
    X, Y = data["X"], data["Y"]
    end = {"b": "sigmoid", "c": "softmax", "m": "linear"}[options.loss[0]]
    activations = [options.activation for _ in options.hidden] + [end]
    rng = np.random.default_rng(options.seed)
    dims = np.concatenate([[X.shape[0]], np.array(options.hidden, dtype=int), [Y.shape[0]]]).tolist()
    parameters = initialize_parameters(dims, options.method, rng)
    parameters, history = train(
        X, Y, parameters, activations, options.loss, options.epochs, options.learning_rate, options.batch_size, rng
    )
    save_parameters(options.out, parameters, activations)


def predict_command(options):
    parameters, activations = load_parameters(options.weights)
    print("\n".join(str(label) for label in predict(np.load(options.data)["X"], parameters, activations)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    sub = parser.add_subparsers()
    p = sub.add_parser("train")
    p.set_defaults(f=train_command)
    p.add_argument("--data")
    p.add_argument("--out")
    p.add_argument("--hidden", type=int, nargs="*", default=[16])
    p.add_argument("--activation", default="relu")
    p.add_argument("--loss", default="categorical_cross_entropy")
    p.add_argument("--method", default="he")
    p.add_argument("--epochs", type=int, default=100)
    p.add_argument("--learning-rate", type=float, default=0.1)
    p.add_argument("--batch-size", type=int)
    p.add_argument("--seed", type=int, default=0)
    p = sub.add_parser("predict")
    p.set_defaults(f=predict_command)
    p.add_argument("--weights")
    p.add_argument("--data")
    options = parser.parse_args()
    options.f(options)
