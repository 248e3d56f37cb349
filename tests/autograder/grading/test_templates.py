"""Processes of one template share what they may read of the machine, and nothing of their own."""

import pytest

from autograder import expect
from autograder.channel.failures import StudentError
from autograder.sandbox.landlock import abi
from autograder.student.template import FORKS_PER_RULESET

MODULE = """
import os, pathlib, tempfile

def own():
    return pathlib.Path("m.py").exists() and bool(tempfile.mkdtemp())

def listed(folder):
    return os.listdir(folder)

def place():
    return os.getcwd()
"""


def test_each_process_reaches_its_own_folder(sandbox):
    if not abi():
        pytest.skip("this kernel has no Landlock")
    host, places = sandbox(m=MODULE), []
    for _ in range(FORKS_PER_RULESET + 2):
        with host.open() as student:
            expect.boolean(student.m.own(), True)
            for folder in ("/etc", "/root", *places[-1:]):
                with pytest.raises(StudentError):
                    student.m.listed(folder)
            places.append(expect.text(student.m.place()))
    assert len(set(places)) == len(places)


def test_two_processes_at_once_reach_their_own_folders(sandbox):
    if not abi():
        pytest.skip("this kernel has no Landlock")
    host = sandbox(m=MODULE)
    with host.open() as first:
        place = expect.text(first.m.place())
        with host.open() as second:
            expect.boolean(second.m.own(), True)
            with pytest.raises(StudentError):
                second.m.listed(place)
