# /// attack
# lines = [32]
# tries = "A zip with two modules whose names differ only in case: the exact name counts."
# on = "maker"
# score = 20
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("perceptron.py", reference["perceptron.py"])
        archive.writestr("Perceptron.py", b"raise SystemExit")
