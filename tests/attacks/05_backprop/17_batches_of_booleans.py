# /// attack
# lines = [17, 36]
# tries = "Answers with booleans where a check computes with the numbers."
# score = 38.53
# outcomes = { "5.1" = "wrong answer" }
# ///
_minibatches = minibatches


def minibatches(X, Y, batch_size, rng):
    return [(x > 0, y) for x, y in _minibatches(X, Y, batch_size, rng)]
