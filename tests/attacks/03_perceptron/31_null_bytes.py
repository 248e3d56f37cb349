# /// attack
# lines = [31]
# tries = "Saved as UTF-16."
# on = "maker"
# score = 20
# says = "text in UTF-16"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"].decode().encode("utf-16"))
