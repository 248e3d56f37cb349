# /// attack
# lines = [16]
# tries = "Brings nothing but a link of another name, to be picked and read."
# on = "maker"
# status = "refused"
# says = "is a link"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.mkdir()
    (target / "hw3.py").symlink_to("/etc/passwd")
