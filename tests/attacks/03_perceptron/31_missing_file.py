# /// attack
# lines = [31]
# tries = "Hands in notes and no module."
# on = "maker"
# status = "nothing to grade"
# score = 0
# outcomes = { "1.1" = "not run" }
# says = "No perceptron.py; found only notes.txt."
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.mkdir()
    (target / "notes.txt").write_text("I will hand it in next week.")
