# /// attack
# lines = [32]
# tries = "A tar in place of a zip."
# on = "maker"
# status = "refused"
# says = "only .zip archives"
# ///
import tarfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with tarfile.open(target.with_name(f"{target.name}.tar.gz"), "w:gz"):
        pass
