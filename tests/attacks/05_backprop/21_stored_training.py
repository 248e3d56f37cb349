# /// attack
# lines = [21]
# tries = "Does not train: hands back the parameters that it was given, with losses that fall as they should."
# score = 34.33
# outcomes = { "5.2" = "wrong answer" }
# ///
def train(X, Y, parameters, activations, loss, epochs, learning_rate, batch_size=None, rng=None):
    return parameters, [1.0 / (1 + epoch) for epoch in range(epochs)]
