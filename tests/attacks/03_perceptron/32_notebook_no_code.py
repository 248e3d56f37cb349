# /// attack
# lines = [32]
# tries = "A notebook without code."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "error in the submission" }
# ///
import json
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# My answer"}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    target.with_name(f"{target.name}.ipynb").write_text(json.dumps(notebook))
