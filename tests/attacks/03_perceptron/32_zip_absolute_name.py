# /// attack
# lines = [32]
# tries = "A zip with an absolute name."
# on = "maker"
# status = "refused"
# says = "leads outside"
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("perceptron.py", reference["perceptron.py"])
        archive.writestr("/tmp/perceptron.py", b"outside")
