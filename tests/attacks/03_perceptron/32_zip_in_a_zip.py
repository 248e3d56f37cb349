# /// attack
# lines = [32]
# tries = "A zip in a zip."
# on = "maker"
# status = "refused"
# says = "an archive that is not opened here"
# ///
import io
import zipfile
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target.with_name(f"{target.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as other:
            other.writestr("perceptron.py", reference["perceptron.py"])
        archive.writestr("perceptron.zip", inner.getvalue())
