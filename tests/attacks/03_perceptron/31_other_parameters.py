# /// attack
# lines = [31]
# tries = "Gives a function other parameters."
# on = "maker"
# score = 18
# outcomes = { "1.2" = "error in the submission" }
# says = "TypeError"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"].replace(b"def neuron(x, w, b, f):", b"def neuron(x, w):\n    b, f = 0, step"))
