# /// attack
# lines = [22]
# tries = "Right, with one line that never ends: it is interrupted once, and not run by later processes."
# on = "maker"
# score = 20
# says = "this line used that up"
# slow = true
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"] + b"\nwhile True:\n    pass\n")
