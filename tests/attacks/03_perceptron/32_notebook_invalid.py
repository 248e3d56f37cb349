# /// attack
# lines = [32]
# tries = "A notebook that is not JSON."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "error in the submission" }
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.ipynb").write_text('{"cells": [')
