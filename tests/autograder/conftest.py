"""A small assignment in a temporary folder, and its student side in both of the ways that checks run."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from autograder.course.layout import Assignment, Course
from autograder.data.mnist import VARIABLE
from autograder.grading.host import SandboxHost
from autograder.grading.isolation import isolation
from autograder.sandbox.offers import offers
from autograder.sandbox.spare_uids import spare_uid
from autograder.student.loopback import LoopbackHost
from quality import platforms
from quality.variants import COURSE

if os.environ.get(VARIABLE):  # tests run commands in other folders
    os.environ[VARIABLE] = os.path.abspath(os.environ[VARIABLE])

MANIFEST = """
title = "A trial"
points = 1
files = [{files}]
imports = [{imports}]

[limits]
check_cpu_seconds = 2
import_cpu_seconds = 2
total_cpu_seconds = 60
memory_mb = {memory}
scratch_mb = 4

[[task]]
id = "1"
title = "Something"
points = 1
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Otter and nbgrader, Chromium, or the course's site: it asks for these fixtures."""
    for item in items:
        for fixture, marker in (("tools", "platforms"), ("browser", "chromium"), ("site", "site")):
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(marker)


@pytest.fixture(scope="session")
def tools() -> None:
    """Otter and nbgrader; skips where they are not installed, or this machine cannot hide the checks."""
    why = platforms.not_installed() or isolation(COURSE.assignment("03_perceptron")).weakness
    if why:
        pytest.skip(why)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright; skips where either is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: make test-site")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def make_assignment(tmp_path: Path) -> Callable[..., Assignment]:
    """Make `01_trial` with these modules (name to source) as what stands in its folder."""

    def make(imports=("numpy",), memory=256, suffix=".py", **modules: str) -> Assignment:
        folder = tmp_path / "course" / "assignments" / "01_trial"
        folder.mkdir(parents=True)
        manifest = MANIFEST.format(
            files=", ".join(f'"{name}.py"' for name in modules),
            imports=", ".join(f'"{name}"' for name in imports),
            memory=memory,
        )
        (folder / "assignment.toml").write_text(manifest)
        for name, source in modules.items():
            (folder / f"{name}{suffix}").write_text(dedent(source))
        return Course(tmp_path / "course").assignment("1")

    return make


@pytest.fixture
def sandbox(make_assignment) -> Iterator[Callable[..., SandboxHost]]:
    """A host that runs modules in sandboxed processes, as the grader would on this machine."""
    with ExitStack() as stack:

        def host(**options) -> SandboxHost:
            assignment = make_assignment(**options)
            modules = [path for path in assignment.folder.iterdir() if path.name != "assignment.toml"]
            files = {path.name: path.read_bytes() for path in modules}
            uid = stack.enter_context(spare_uid() if offers().spare_uid else nullcontext())
            return SandboxHost(assignment.manifest, files, 7, uid)

        yield host


@pytest.fixture(params=["loopback", "sandbox"])
def open_student(request, make_assignment, sandbox) -> Iterator[Callable[..., object]]:
    """Open the student side of modules, in this process and in a sandboxed one."""
    with ExitStack() as stack:

        def opened(**options):
            local = request.param == "loopback"
            host = LoopbackHost(make_assignment(**options)) if local else sandbox(**options)
            return stack.enter_context(host.open())

        yield opened
