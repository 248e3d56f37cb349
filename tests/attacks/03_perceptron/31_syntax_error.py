# /// attack
# lines = [31]
# tries = "Leaves out a bracket."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "error in the submission", "3.4" = "error in the submission" }
# says = "The code is not valid Python."
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"].replace(b"def step(z):", b"def step(z:"))
