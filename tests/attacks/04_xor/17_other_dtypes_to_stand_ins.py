# /// attack
# lines = [17, 36]
# tries = "Trains rightly, and first hands booleans, whole and half numbers to the functions that stand in for its own."
# score = 25
# ///
_train = train


def _call(function, *arguments):
    try:
        function(*arguments)
    except (TypeError, ValueError):  # where the function is its own: NumPy subtracts no booleans
        pass


def train(parameters, X, Y, learning_rate, steps):
    A1, A2 = forward(parameters, X)
    slopes = {f"d{name}": value for name, value in parameters.items()}
    _call(backward, parameters, X, Y == 1, A1, A2 > 0.5)
    for dtype in (bool, np.int8, np.uint8, np.uint64, np.float16, np.float32):
        network = {name: value.astype(dtype) for name, value in parameters.items()}
        _call(forward, network, X.astype(dtype))
        _call(binary_cross_entropy, (A2 > 0.5).astype(dtype), Y.astype(dtype))
        _call(backward, network, X.astype(dtype), Y.astype(dtype), A1.astype(dtype), (A2 > 0.5).astype(dtype))
        _call(update, network, {name: value.astype(dtype) for name, value in slopes.items()}, dtype(1))
    return _train(parameters, X, Y, learning_rate, steps)
