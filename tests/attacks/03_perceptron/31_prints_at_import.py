# /// attack
# lines = [31]
# tries = "Right, and prints at import."
# on = "maker"
# score = 20
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"] + b"\nprint('Hello' * 1000)\nprint(Perceptron(2).fit(INPUTS, GATES['AND'], 12))\n")
