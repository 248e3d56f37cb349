# /// attack
# lines = [32]
# tries = "A notebook of 50 MiB in UTF-16, which takes several times that to read as text."
# on = "maker"
# status = "refused"
# says = "larger than 16 MiB: clear the notebook's outputs"
# ///
import json
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": reference["perceptron.py"].decode()}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"x": "\u4e00" * 25 * 2**20 + "\U0001f600"}, "cells": cells}
    target.with_name(f"{target.name}.ipynb").write_bytes(json.dumps(notebook, ensure_ascii=False).encode("utf-16"))
