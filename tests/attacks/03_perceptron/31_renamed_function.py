# /// attack
# lines = [31]
# tries = "Renames a function."
# on = "maker"
# score = 18
# outcomes = { "1.2" = "error in the submission" }
# says = "neuron"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"].replace(b"def neuron(", b"def Neuron("))
