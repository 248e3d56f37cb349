# /// attack
# lines = [31]
# tries = "Hands in a pipe with the module's name, which blocks whoever opens it."
# on = "maker"
# status = "refused"
# says = "is not an ordinary file"
# ///
import os
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.mkdir()
    os.mkfifo(target / "perceptron.py")
