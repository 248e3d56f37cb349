# /// attack
# lines = [32]
# tries = "A notebook with 70 MB of outputs."
# on = "maker"
# status = "refused"
# says = "clear the notebook's outputs"
# ///
import json
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x" * 70_000_000}], "source": reference["perceptron.py"].decode()}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    target.with_name(f"{target.name}.ipynb").write_text(json.dumps(notebook))
