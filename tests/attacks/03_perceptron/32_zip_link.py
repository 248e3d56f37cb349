# /// attack
# lines = [32]
# tries = "A zip whose module is a link to the course's secret."
# on = "maker"
# status = "refused"
# says = "is a link"
# ///
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("perceptron.py")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
