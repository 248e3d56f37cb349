# /// attack
# lines = [31]
# tries = "Hands in a picture with the module's name."
# on = "maker"
# status = "refused"
# says = "holds a picture"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50)
