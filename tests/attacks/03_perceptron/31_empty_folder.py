# /// attack
# lines = [31]
# tries = "Hands in an empty folder."
# on = "maker"
# status = "nothing to grade"
# score = 0
# outcomes = { "1.1" = "not run" }
# says = "Hand in perceptron.py"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.mkdir()
