# /// attack
# lines = [32]
# tries = "A zip with two different modules of the right name, in two folders."
# on = "maker"
# status = "refused"
# says = "not clear which file is meant"
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/perceptron.py", b"# another\n" + reference["perceptron.py"])
        archive.writestr("b/perceptron.py", reference["perceptron.py"])
