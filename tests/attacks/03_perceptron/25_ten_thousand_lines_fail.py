# /// attack
# lines = [25, 9]
# tries = "Right, with ten thousand lines that fail with texts of their own, 100 KB each: notes are few and short."
# on = "maker"
# score = 20
# says = "ValueError"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    lines = b"".join(b"raise ValueError('x' * 100_000)\n" for _ in range(10_000))
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"] + lines)
