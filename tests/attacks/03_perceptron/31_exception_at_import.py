# /// attack
# lines = [31]
# tries = "Divides by zero at import."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "error in the submission" }
# says = "ZeroDivisionError"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"] + b"\nprint(1 / 0)\n")
