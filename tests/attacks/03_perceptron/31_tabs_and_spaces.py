# /// attack
# lines = [31]
# tries = "Mixes tabs and spaces."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "error in the submission" }
# says = "The code is not valid Python."
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(b"def step(z):\n    if z >= 0:\n\treturn 1\n    return 0\n")
