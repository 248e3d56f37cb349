# /// attack
# lines = [20]
# tries = "Imports scikit-learn at the top of a NumPy assignment."
# on = "nothing"
# score = 0
# outcomes = { "1.1" = "error in the submission", "3.4" = "error in the submission" }
# says = "ForbiddenImport: 'sklearn' may not be used here"
# ///
from sklearn.linear_model import Perceptron  # noqa: F401
