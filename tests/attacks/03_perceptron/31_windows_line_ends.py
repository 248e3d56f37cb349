# /// attack
# lines = [31]
# tries = "Right, with Windows line ends."
# on = "maker"
# score = 20
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"].replace(b"\n", b"\r\n"))
