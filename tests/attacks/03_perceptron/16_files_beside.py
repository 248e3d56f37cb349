# /// attack
# lines = [16]
# tries = "Brings conftest.py, pytest.ini, pyproject.toml, site files, .pth and modules that hide numpy, random and torch."
# on = "maker"
# score = 20
# ///
from pathlib import Path

SHOUT = "import sys\nprint('ATTACK attempts=1 breached=[beside] broken=[]')\nsys.exit(0)\n"
PLUGIN = SHOUT + "def pytest_runtest_makereport(item, call):\n    raise SystemExit(0)\n"


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.mkdir()
    for name in ("sitecustomize", "usercustomize", "numpy", "random", "matplotlib", "autograder", "test_perceptron"):
        (target / f"{name}.py").write_text(SHOUT)
    (target / "torch").mkdir()
    (target / "torch" / "__init__.py").write_text(SHOUT)
    (target / "conftest.py").write_text(PLUGIN)
    (target / "pytest.ini").write_text("[pytest]\naddopts = -p conftest --collect-only\n")
    (target / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--collect-only"\n')
    (target / "evil.pth").write_text("import os; os._exit(0)\n")
    (target / ".env").write_text("PYTHONSTARTUP=conftest.py\n")
    for name, content in reference.items():
        (target / name).write_bytes(content)
