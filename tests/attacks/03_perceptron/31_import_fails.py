# /// attack
# lines = [31]
# tries = "Imports a module of the student's that was not handed in."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "forbidden" }
# says = "my_helpers"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(b"import my_helpers\n" + reference["perceptron.py"])
