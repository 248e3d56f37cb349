# /// attack
# lines = [17, 36]
# tries = "Hands arrays of Python objects to a function that stands in for its own."
# score = 23.5
# outcomes = { "3.1" = "wrong answer" }
# ///
_train = train


def train(parameters, X, Y, learning_rate, steps):
    A1, A2 = forward(parameters, X)
    backward(parameters, X, Y.astype(object), A1, A2)
    return _train(parameters, X, Y, learning_rate, steps)
