# /// attack
# lines = [23, 27, 36]
# tries = "Hands small arrays to a function that stands in for its own, of which the product would take gigabytes."
# score = 23
# outcomes = { "3.1" = "wrong answer" }
# ///
_train = train


def train(parameters, X, Y, learning_rate, steps):
    if steps < 100:
        many = 40_000
        wide = {"W1": np.ones((many, 2)), "b1": np.ones((many, 1)), "W2": np.ones((1, many)), "b2": np.ones((1, 1))}
        forward(wide, np.ones((2, many)))
    return _train(parameters, X, Y, learning_rate, steps)
