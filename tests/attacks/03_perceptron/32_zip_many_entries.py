# /// attack
# lines = [32]
# tries = "A zip of 100,000 files."
# on = "maker"
# status = "refused"
# slow = true
# says = "zip only the files asked for"
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("perceptron.py", reference["perceptron.py"])
        for number in range(100_000):
            archive.writestr(f"{number}", b"")
