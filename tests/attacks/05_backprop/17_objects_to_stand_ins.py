# /// attack
# lines = [17, 36]
# tries = "Hands arrays of Python objects to a function that stands in for its own."
# score = 37
# outcomes = { "5.2" = "wrong answer" }
# ///
_train = train


def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    AL, _ = forward(X, parameters, activations)
    try:
        compute_loss(AL, Y.astype(object), loss)
    except (TypeError, AttributeError):  # where the function is its own
        pass
    return _train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size, rng)
