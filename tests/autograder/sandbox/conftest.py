"""Runs code inside the sandbox, each time in a fresh process, in each setting that this machine has."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder.sandbox.cleanup import remove_tree
from autograder.sandbox.offers import offers
from autograder.sandbox.spare_uids import spare_uid

REPOSITORY = str(Path(autograder.__file__).parents[1])
DRIVER = str(Path(__file__).with_name("student_process.py"))
SETTINGS = ("spare", "root", "user")

Run = Callable[..., dict[str, Any]]


def _require(setting: str) -> None:
    if sys.platform != "linux":
        pytest.skip("the sandbox's layers are Linux's")
    if setting == "spare" and not offers().spare_uid:
        pytest.skip("a spare uid needs root and an interpreter that other users can read")
    if setting == "root" and not offers().root:
        pytest.skip("needs root")
    if setting == "user" and offers().root and not offers().spare_uid:
        pytest.skip("an ordinary user could not read this interpreter")


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter and write; pytest's own folders are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-tests-"))
    folder.chmod(0o1777)
    yield folder
    remove_tree(str(folder))


@pytest.fixture(scope="session")
def secret(open_folder: Path) -> Path:
    """A file that only Landlock keeps from other users."""
    folder = open_folder / "secrets"
    folder.mkdir()
    folder.chmod(0o777)
    file = folder / "secret.txt"
    file.write_text("the answers")
    file.chmod(0o666)
    return file


@pytest.fixture(scope="session")
def confined(open_folder: Path) -> Run:
    """Run code in a fresh student process and return its `answer`; raises `RuntimeError` if it gives none."""

    def run(
        code: str,
        setting: str = "user",
        *,
        imports: tuple[str, ...] = (),
        landlock: int | None = None,
        seccomp: bool = True,
        before: str = "",
        values: dict[str, Any] | None = None,
        uid: int | None = None,
        **plan: Any,
    ) -> dict[str, Any]:
        _require(setting)
        with spare_uid() if setting == "spare" else nullcontext(uid) as chosen:
            order = {
                "setting": setting,
                "imports": imports,
                "landlock": landlock,
                "seccomp": seccomp,
                "before": before,
                "code": code,
                "values": values or {},
                "folder": str(open_folder),
                "repository": REPOSITORY,
                "plan": {
                    "uid": chosen,
                    "memory_bytes": 256 << 20,
                    "scratch_bytes": 1 << 20,
                    "cpu_seconds": 30,
                    "threads": 8,
                    **plan,
                },
            }
            done = subprocess.run(
                [sys.executable, DRIVER],
                input=json.dumps(order),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
                env={**os.environ, "PYTHONPATH": REPOSITORY, "OMP_NUM_THREADS": "1", "A_SECRET": "x"},
            )
        if done.returncode:
            raise RuntimeError(f"exit status {done.returncode}\n{done.stderr}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    return run


@pytest.fixture(params=SETTINGS)
def setting(request: pytest.FixtureRequest) -> str:
    """Each way in which a student process can run: with a spare uid, as root, as an ordinary user."""
    _require(request.param)
    return str(request.param)
