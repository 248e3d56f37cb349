# /// attack
# lines = [17, 36]
# tries = "Trains rightly, and first hands booleans, whole and half numbers to the functions that stand in for its own."
# score = 40
# ///
_train = train


def _call(function, *arguments):
    try:
        return function(*arguments)
    except (TypeError, ValueError):  # where the function is its own: NumPy subtracts no booleans
        return None


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    AL, caches = forward(X, parameters, activations)
    _call(compute_loss, AL, Y == 1, loss)
    _call(backward, AL > 0.5, Y == 1, caches, activations, loss)
    for dtype in (bool, np.int8, np.uint8, np.uint64, np.float16, np.float32):
        network = {name: value.astype(dtype) for name, value in parameters.items()}
        remembered = [tuple(part.astype(dtype) for part in cache) for cache in caches]
        _call(forward, X.astype(dtype), network, activations)
        _call(compute_loss, (AL > 0.5).astype(dtype), Y.astype(dtype), loss)
        _call(backward, (AL > 0.5).astype(dtype), Y.astype(dtype), remembered, activations, loss)
        _call(update_parameters, network, {f"d{name}": value for name, value in network.items()}, dtype(1))
        _call(minibatches, X.astype(dtype), Y.astype(dtype), np.int8(2), np.random.default_rng(1))
    return _train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size, rng)
