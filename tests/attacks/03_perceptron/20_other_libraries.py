# /// attack
# lines = [20]
# tries = "Imports scikit-learn at the top of a NumPy assignment."
# on = "nothing"
# score = 0
# outcomes = { "1.1" = "forbidden", "3.4" = "forbidden" }
# says = "importing a library that this assignment does not allow"
# ///
from sklearn.linear_model import Perceptron  # noqa: F401
