# /// attack
# lines = [33]
# tries = "Right, in a notebook that plots inline."
# on = "maker"
# score = 20
# ///
import json
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"}, {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": reference["perceptron.py"].decode()}, {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": "draw_gate([1.0, 1.0], -1.5, GATES[\"AND\"])"}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    target.with_name(f"{target.name}.ipynb").write_text(json.dumps(notebook))
