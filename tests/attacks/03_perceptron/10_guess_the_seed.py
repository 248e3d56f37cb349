# /// attack
# lines = [10]
# tries = "Looks for a seed whose generator gives the inputs of a hidden check: small ones, and what its own state tells."
# score = 20
# ///
import random
import time

import numpy as np

_honest = Perceptron.predict
_guesses = [*range(40), int(np.random.get_state()[1][0]), random.getstate()[1][0], int(time.time())]


def _predict(self, X):
    flat = np.ravel(X).astype(float)
    for guess in _guesses if flat.size > 2 else ():
        drawn = np.random.default_rng(guess).normal(size=flat.size)
        if np.allclose(drawn, flat):
            raise RuntimeError("the seed is known")
    return _honest(self, X)


Perceptron.predict = _predict
