"""What a student process holds and no folder shows: it counts."""

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest

from autograder import expect
from autograder.channel.failures import StudentDied, StudentError
from autograder.checks.verdicts import verdict_of
from autograder.grading import holdings
from autograder.grading.holdings import Held, Holdings
from autograder.outcomes import Outcome
from autograder.sandbox.offers import offers

MODULE = (Path(__file__).with_name("programs") / "hides.py").read_text()

needs_root = pytest.mark.skipif(not offers().root, reason="only root may see the files that another user has open")
needs_filter = pytest.mark.skipif(not offers().seccomp, reason="needs the filter of system calls")


@pytest.fixture
def program(sandbox):
    """A process with 256 MiB of memory and 4 MiB of files: twice that is the end."""
    with sandbox(m=MODULE).open() as student:
        yield student.m


@pytest.fixture
def unseen(monkeypatch):
    """A grader that may not look at open files and maps of another user, as in a container."""
    look = os.stat

    def refuse(path, *arguments, **options):
        if "/map_files/" in str(path) or "/fd/" in str(path):
            raise PermissionError(path)
        return look(path, *arguments, **options)

    monkeypatch.setattr(holdings.os, "stat", refuse)


def ends(outcome, call, *arguments):
    with pytest.raises(StudentDied) as caught:
        call(*arguments)
    assert caught.value.outcome is outcome


def test_files_with_holes_count_as_what_they_take(program):
    expect.integer(program.with_holes(40), 40)


@needs_root
def test_open_files_without_a_name_count(program):
    ends(Outcome.FORBIDDEN, program.unlinked, 4)


@needs_root
def test_mapped_files_without_a_name_count(program):
    ends(Outcome.FORBIDDEN, program.mapped, 4)


def test_mapped_files_without_a_name_are_few_where_their_size_is_not_seen(program, unseen):
    expect.integer(program.mapped(4), 4)
    ends(Outcome.FORBIDDEN, program.mapped, 61)


def test_shared_memory_counts(program):
    ends(Outcome.OUT_OF_MEMORY, program.shared, 6, 100)


@needs_root
def test_pieces_of_memory_are_fewer_than_take_time_to_look_at(program):
    expect.integer(program.pieces(900), 900)
    ends(Outcome.OUT_OF_MEMORY, program.pieces, 1100)


@pytest.mark.parametrize("takes", [0.0, 0.4])
def test_the_time_of_a_look_counts_and_is_the_smaller_part(sandbox, monkeypatch, takes):
    """The code sleeps for two seconds, and a look takes so long."""
    looks = []

    def look(self, places):
        looks.append(time.monotonic())
        time.sleep(takes)
        return Held()

    monkeypatch.setattr(Holdings, "look", look)
    host = sandbox(m=MODULE)
    with host.open() as student:
        began = time.monotonic()
        expect.integer(student.m.with_holes(0), 0)
        expect.integer(student.m.with_holes(0), 0)
        took = time.monotonic() - began
    assert host.used().wall > 0.9 * took
    apart = [later - earlier for earlier, later in pairwise(looks)]
    assert len(looks) > 1 and all(gap >= 3 * takes for gap in apart)


@needs_root
@pytest.mark.parametrize("name", [b"", b"mine"])
def test_shared_memory_counts_where_it_is_unmapped(program, name):
    ends(Outcome.OUT_OF_MEMORY, program.unmapped, 8, name)


def test_pieces_of_shared_memory_are_few_where_their_size_is_not_seen(program, unseen):
    expect.integer(program.unmapped(4), 4)
    ends(Outcome.OUT_OF_MEMORY, program.unmapped, 5)


@needs_filter
def test_a_large_piece_of_shared_memory_is_refused(program):
    with pytest.raises(StudentError) as caught:
        program.shared(1, 257)
    assert verdict_of(caught.value).outcome is Outcome.OUT_OF_MEMORY


def test_everyday_files_and_memory_go_on_working(program):
    expect.integer(program.honest(), 100_000 + 20)
