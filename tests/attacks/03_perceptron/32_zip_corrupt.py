# /// attack
# lines = [32]
# tries = "Half a zip."
# on = "maker"
# status = "refused"
# says = "make the zip again"
# ///
import io
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("perceptron.py", reference["perceptron.py"])
    target.with_name(f"{target.name}.zip").write_bytes(stream.getvalue()[:-200])
