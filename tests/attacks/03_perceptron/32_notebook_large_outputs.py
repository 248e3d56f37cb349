# /// attack
# lines = [32]
# tries = "Right, in a notebook with 50 MB of outputs."
# on = "maker"
# score = 20
# ///
import json
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}], "source": reference["perceptron.py"].decode()}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    target.with_name(f"{target.name}.ipynb").write_text(json.dumps(notebook))
