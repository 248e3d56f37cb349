# /// attack
# lines = [23, 27, 36]
# tries = "Hands an array without a number to a function that stands in for its own, whose answer would have 2**27."
# score = 17
# outcomes = { "2.2" = "error in the submission" }
# ///
_update = Perceptron.update


def update(self, x, target):
    if type(self).predict.__code__.co_name != "predict":  # it is not its own
        self.weights = np.empty(0)
        self.predict(np.empty((0, 2**27), dtype=bool))
    return _update(self, x, target)


Perceptron.update = update
