# /// attack
# lines = [32]
# tries = "A zip with a device."
# on = "maker"
# status = "refused"
# says = "a device"
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("perceptron.py", reference["perceptron.py"])
        info = zipfile.ZipInfo("zero")
        info.create_system, info.external_attr = 3, 0o020666 << 16
        archive.writestr(info, b"")
