# /// attack
# lines = [32]
# tries = "A zip whose content was changed after it was made."
# on = "maker"
# status = "refused"
# says = "is damaged"
# ///
import io
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("perceptron.py", reference["perceptron.py"])
    target.with_name(f"{target.name}.zip").write_bytes(stream.getvalue().replace(b"def step(z)", b"def stop(z)"))
