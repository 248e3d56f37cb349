# /// attack
# lines = [31]
# tries = "Right, saved by an editor that puts a UTF-8 BOM in front."
# on = "maker"
# score = 20
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(b"\xef\xbb\xbf" + reference["perceptron.py"])
