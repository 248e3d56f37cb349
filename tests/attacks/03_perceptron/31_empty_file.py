# /// attack
# lines = [31]
# tries = "Hands in an empty file."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "error in the submission" }
# says = "is empty"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(b"")
