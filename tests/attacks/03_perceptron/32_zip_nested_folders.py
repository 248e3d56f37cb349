# /// attack
# lines = [32]
# tries = "Right, deep in folders, with what macOS and editors leave."
# on = "maker"
# score = 20
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/week 3/final/perceptron.py", reference["perceptron.py"])
        archive.writestr("__MACOSX/ada/._perceptron.py", b"\0")
        archive.writestr("ada/.git/perceptron.py", b"old")
        archive.writestr("ada/__pycache__/perceptron.cpython-311.pyc", b"\0")
