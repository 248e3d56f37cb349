# /// attack
# lines = [31]
# tries = "Right, and imports a module of the student's that was not handed in and is not used: that line is skipped."
# on = "maker"
# score = 20
# says = "my_helpers"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(b"import my_helpers\n" + reference["perceptron.py"])
