# /// attack
# lines = [31]
# tries = "Right, and divides by zero at import: that line is skipped."
# on = "maker"
# score = 20
# says = "ZeroDivisionError"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"] + b"\nprint(1 / 0)\n")
