# /// attack
# lines = [31, 39]
# tries = "Hands in a second name of a file that holds the reference."
# on = "maker"
# status = "refused"
# says = "is a hard link"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    elsewhere = target.with_name(f".{target.name}")
    elsewhere.mkdir()
    target.mkdir()
    for name, content in reference.items():
        (elsewhere / name).write_bytes(content)
        (target / name).hardlink_to(elsewhere / name)
