# /// attack
# lines = [17]
# tries = "Answers rightly, in shapes that would broadcast against the right one: an axis too many, 0-d for 1-d."
# score = 10
# outcomes = { "1.1" = "wrong answer", "2.1" = "wrong answer", "3.1" = "wrong answer" }
# says = "shape"
# ///
_step, _predict, _boundary = step, Perceptron.predict, boundary


def step(z):
    return np.expand_dims(_step(z), 0)


def _rows(self, X):
    answer = np.where(self.weights @ X + self.bias >= 0, 1, 0)
    return answer[None, :] if answer.ndim else answer[None]


Perceptron.predict = _rows


def boundary(weights, bias, x1):
    return np.atleast_2d(_boundary(weights, bias, x1))
