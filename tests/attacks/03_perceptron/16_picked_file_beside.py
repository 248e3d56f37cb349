# /// attack
# lines = [16]
# tries = "Brings only misnamed work, beside modules that hide numpy and files that define the wanted names in passing."
# on = "maker"
# score = 20
# says = "hw3.py was taken as perceptron.py"
# ///
from pathlib import Path

SHOUT = "import sys\nprint('ATTACK attempts=1 breached=[beside] broken=[]')\nsys.exit(0)\n"


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.mkdir()
    for name in ("numpy", "conftest", "sitecustomize", "test_perceptron"):
        (target / f"{name}.py").write_text(SHOUT)
    (target / "noise.py").write_text("def step(z): 1 / 0\n" * 200_000)
    (target / "decoy.txt").write_text("class Perceptron: pass\n" * 1_000)
    (target / "linked.py").symlink_to("/etc/passwd")
    (target / "hw3.py").write_bytes(reference["perceptron.py"])
