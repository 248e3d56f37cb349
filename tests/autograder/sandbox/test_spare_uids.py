"""Spare uids: one for each at a time."""

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.sandbox import spare_uids
from autograder.sandbox.offers import offers
from autograder.sandbox.spare_uids import SPARE, spare_uid

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")

# Outside the range, so that tests at the same time cannot take them.
ONE, ANOTHER = range(SPARE.stop, SPARE.stop + 1), range(SPARE.stop + 1, SPARE.stop + 2)

HOLD = Path(__file__).with_name("programs") / "holds_a_uid.py"


def test_each_holder_has_its_own() -> None:
    with spare_uid() as first, spare_uid() as second:
        assert first != second
        assert {first, second} <= set(SPARE)


def test_another_process_cannot_have_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_uids, "SPARE", ONE)
    with subprocess.Popen(
        [sys.executable, HOLD, str(ONE.start)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
    ) as holder:
        assert holder.stdout is not None
        assert int(holder.stdout.readline()) in ONE
        with pytest.raises(SandboxError, match="in use"), spare_uid():
            pass
        holder.kill()
    with spare_uid() as uid:  # the kernel has taken it back
        assert uid in ONE


def test_uids_of_users_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    known = pwd.getpwuid(os.getuid()).pw_uid
    monkeypatch.setattr(spare_uids, "SPARE", range(known, known + 1))
    with pytest.raises(SandboxError, match="in use"), spare_uid():
        pass


def test_given_back_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_uids, "SPARE", ANOTHER)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), spare_uid():
            raise ZeroDivisionError


@pytest.mark.skipif(not offers().spare_uid, reason="needs root and an interpreter that others can read")
def test_what_it_wrote_where_anybody_may_goes_at_the_end(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with spare_uid() as uid:
        (tmp_path / "theirs").touch()
        (tmp_path / "ours").touch()
        os.chown(tmp_path / "theirs", uid, uid)
    assert [path.name for path in tmp_path.iterdir()] == ["ours"]
