# /// attack
# lines = [32]
# tries = "Right, with a bomb of 100 MB beside it that nobody inflates."
# on = "maker"
# score = 20
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("perceptron.py", reference["perceptron.py"])
        archive.writestr("data.bin", bytes(100_000_000))
