# /// attack
# lines = [32]
# tries = "A zip bomb: a module of 200 MB in 200 KB."
# on = "maker"
# status = "refused"
# says = "is larger than"
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("perceptron.py", b"#" * 200_000_000)
