# /// attack
# lines = [32]
# tries = "Right, in a notebook with a cell that fails and one that exits."
# on = "maker"
# score = 20
# says = "ZeroDivisionError"
# ///
import json
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": "1 / 0"}, {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": reference["perceptron.py"].decode()}, {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": "import sys\nsys.exit(0)"}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    target.with_name(f"{target.name}.ipynb").write_text(json.dumps(notebook))
