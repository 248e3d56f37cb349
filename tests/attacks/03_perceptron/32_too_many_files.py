# /// attack
# lines = [32]
# tries = "No malice: 10,000 pictures lie beside the module and come before it."
# on = "maker"
# status = "refused"
# says = "Only the nearest 10,000 files and folders were looked through."
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.mkdir()
    (target / "perceptron.py").write_bytes(reference["perceptron.py"])
    for number in range(10_000):
        (target / f"digit_{number:05}.png").touch()
