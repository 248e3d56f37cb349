"""The script with which `make` sets up."""

import importlib.util
import sys

from quality.variants import COURSE


def test_what_is_no_interpreter_is_not_usable(tmp_path):
    spec = importlib.util.spec_from_file_location("setup_venv", COURSE.root / "release" / "setup_venv.py")
    setup_venv = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(setup_venv)
    (tmp_path / "python3").write_text("#!/nowhere/at/all\n")
    (tmp_path / "python3").chmod(0o755)
    assert not setup_venv.is_usable("/nowhere/python3")
    assert not setup_venv.is_usable(str(tmp_path / "python3"))
    assert setup_venv.is_usable(sys.executable)
