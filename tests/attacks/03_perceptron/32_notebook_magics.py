# /// attack
# lines = [32]
# tries = "Right, in a notebook with magics, shell lines and a cell in another language."
# on = "maker"
# score = 20
# ///
import json
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": "%matplotlib inline\n%load_ext autoreload\n!pip install numpy\n!touch /tmp/x"}, {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": "%%bash\necho hello"}, {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": reference["perceptron.py"].decode()}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    target.with_name(f"{target.name}.ipynb").write_text(json.dumps(notebook))
