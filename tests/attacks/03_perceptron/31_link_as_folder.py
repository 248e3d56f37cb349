# /// attack
# lines = [31, 39]
# tries = "Hands in a link to a folder that holds the reference in a folder of the assignment's name."
# on = "maker"
# status = "refused"
# says = "is a link"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    elsewhere = target.with_name(f".{target.name}")
    (elsewhere / "03_perceptron").mkdir(parents=True)
    for name, content in reference.items():
        (elsewhere / "03_perceptron" / name).write_bytes(content)
    target.symlink_to(elsewhere)
