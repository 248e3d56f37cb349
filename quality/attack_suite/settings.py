"""The settings in which attacks are graded: who the grader is, and which layers the machine lacks."""

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.offers import offers

FAKE_CONTAINER = Path(__file__).parents[2].parent / "shared" / "fake_docker" / "run.py"
NOBODY = 65534


@dataclass(frozen=True)
class Setting:
    """A way to run the grader. `prefix` is put before its command; `missing` says why it cannot be had here."""

    name: str
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    landlock: bool = True
    refuses: bool = False
    missing: str | None = None


def here() -> Setting:
    """The grader as whoever runs the tests."""
    return Setting("here", landlock=offers().landlock > 0)


def settings() -> list[Setting]:
    """All settings, those that cannot be had here with the reason."""
    root, landlock = offers().root, offers().landlock > 0
    as_nobody = _setpriv(f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups") if root else ()
    user = NOBODY if root else None
    not_user = None if offers().open_interpreter or not root else "an ordinary user could not read this Python"
    without = (sys.executable, str(Path(__file__).with_name("without_landlock.py")))
    same_uid = _setpriv("--bounding-set=-setuid,-setgid")
    return [
        Setting("root", landlock=landlock, missing=_no_spare_uid()),
        Setting("root, own uid", same_uid, missing=_not_root() or _no_landlock()),
        Setting("user", as_nobody, user, missing=not_user or _no_landlock()),
        Setting("container", (sys.executable, str(FAKE_CONTAINER)), landlock=landlock, missing=_no_container()),
        Setting(
            "container, no Landlock",
            (*without, sys.executable, str(FAKE_CONTAINER)),
            landlock=False,
            missing=_no_container(),
        ),
        Setting("root, own uid, no Landlock", (*without, *same_uid), None, False, True, _not_root()),
        Setting("user, no Landlock", (*without, *as_nobody), user, False, True, not_user),
    ]


def _setpriv(*options: str) -> tuple[str, ...]:
    return (shutil.which("setpriv") or "setpriv", *options, "--")


def _not_root() -> str | None:
    if os.geteuid():
        return "needs root"
    return None if shutil.which("setpriv") else "needs setpriv (util-linux)"


def _no_landlock() -> str | None:
    return None if offers().landlock else "this kernel has no Landlock"


def _no_spare_uid() -> str | None:
    return None if offers().spare_uid else "needs root and a Python that other users can read"


def _no_container() -> str | None:
    if not FAKE_CONTAINER.is_file():
        return f"there is no {FAKE_CONTAINER.parent.name}/{FAKE_CONTAINER.name} beside the repository"
    if importlib.util.find_spec("pyseccomp") is None:
        return "pyseccomp is not installed"
    return _not_root() or _no_spare_uid()
