# /// attack
# lines = [31]
# tries = "Saved as Latin-1, with an umlaut in a comment."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "error in the submission" }
# says = "The code is not valid Python."
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"] + b"\nNAME = 'sch\xf6n'\n")
