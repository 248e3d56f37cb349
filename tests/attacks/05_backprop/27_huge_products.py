# /// attack
# lines = [23, 27, 36]
# tries = "Hands small arrays to a function that stands in for its own, of which the product would take gigabytes."
# score = 37
# outcomes = { "5.2" = "wrong answer" }
# ///
_train = train


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    if forward.__name__ != forward.__code__.co_name:  # it is not its own
        many = 40_000
        forward(np.ones((1, many)), {"W1": np.ones((many, 1)), "b1": np.ones((many, 1))}, ["relu"])
    return _train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size, rng)
