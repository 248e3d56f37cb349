# /// attack
# lines = [17, 36]
# tries = "Trains rightly, and first hands the functions that stand in for its own the largest numbers that there are."
# score = 25
# ///
_train = train


def train(parameters, X, Y, learning_rate, steps):
    largest = {name: np.full_like(value, 1e308) for name, value in parameters.items()}
    A1, A2 = forward(largest, np.full_like(X, -1e308))
    binary_cross_entropy(A2, Y)
    backward(largest, np.full_like(X, 1e308), Y, A1, A2)
    update(largest, {f"d{name}": -value for name, value in largest.items()}, 1e308)
    return _train(parameters, X, Y, learning_rate, steps)
