"""The pytest plugin: the marker `task`, the fixtures `student` and `rng`, and the verdict on every check.

The same plugin runs on a student's laptop (plain `pytest`) and under the grader. Only the `Host` differs, which runs
the student's side.
"""

import ast
import os
import sys
from collections import Counter
from collections.abc import Container, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from autograder.channel.client import end_check
from autograder.channel.failures import ProtocolFailure, StudentDied
from autograder.checks.answers import Student
from autograder.checks.causes import of_loading, with_kind
from autograder.checks.order import failed_tasks, in_order
from autograder.checks.pictures import Picture
from autograder.checks.spec import CheckGroup, CheckSpec
from autograder.checks.verdicts import NotRun, PrerequisiteFailed, PrerequisiteUnjudged, Verdict, verdict_of
from autograder.course.layout import MANIFEST, Assignment, assignment_of
from autograder.course.manifest import Manifest
from autograder.course.seeds import derive
from autograder.course.stubs import syntax_problem
from autograder.course.times import Times, compared, times_of
from autograder.data.dataset import Split
from autograder.data.mnist import load
from autograder.errors import GraderFault, UserError
from autograder.outcomes import Outcome
from autograder.sandbox.libraries import not_installed
from autograder.student.watchdog import remember_stderr
from autograder.visible import visible, visible_line


class Host(Protocol):
    """The place where the student's code runs, and its seed; `notes` are remarks of its import."""

    seed: int
    notes: tuple[str, ...]

    def open(self, substitute: bool = False, imports: Sequence[str] = ()) -> AbstractContextManager[Student]:
        """A fresh student side for a group of checks, with the manifest's substitute or without.

        `imports` are libraries that the student's code may import beside the manifest's.
        """

    def begin(self, check: CheckSpec) -> None:
        """A check is about to start. Raises `NotRun` where there is no time left for it."""

    def finish(self) -> None:
        """The check has made its last call. Raises `ProtocolFailure` if anything unasked has arrived."""

    def printed(self) -> str:
        """Return what the student's code has printed since `begin`."""

    def picture(self) -> Picture | None:
        """Return the last figure that was looked at since `begin`."""

    def seconds(self) -> float:
        """CPU seconds that the student's code has used since `begin`."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """A student process for the checks of a group, until it dies; then the rest of them gets another.

    `imports` are the libraries that its tasks allow beside the manifest's.
    """

    group: str
    assignment: Assignment
    substitute_unless: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Data:
    """The digits as checks see them: images and labels, and the numbers that a result on them must reach."""

    train: Split
    test: Split
    thresholds: Mapping[str, float]


@dataclass
class Checks:
    """All that the plugin knows of one run. A grader sets `host`; otherwise each assignment gets its own.

    Where the run is not `for_points`, checks of tasks whose libraries are not installed are passed over.
    `verdicts`, `seconds` and `pictures` (of public checks) are by the checks' names in pytest, `groups` by the
    assignments' folders, in the order in which they run. `told` are verdicts that have been shown and need not be
    again. `forgiven` are the checks that a busy machine has stopped: each runs again, once.
    """

    host: Host | None = None
    for_points: bool = False
    specs: dict[str, CheckSpec] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    forgiven: set[str] = field(default_factory=set)
    groups: dict[Path, list[CheckGroup]] = field(default_factory=dict)
    told: set[Verdict] = field(default_factory=set)
    _hosts: dict[Path, Host] = field(default_factory=dict)
    _functions: dict[Path, frozenset[str]] = field(default_factory=dict)
    _attempts: dict[tuple[Path, str], Attempt] = field(default_factory=dict)
    _stops: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _assignments: dict[Path, Assignment | None] = field(default_factory=dict)
    _known_times: dict[Path, Times | None] = field(default_factory=dict)

    @classmethod
    def of(cls, assignment: Assignment, *, for_points: bool) -> "Checks":
        """Return what is known of a run over the checks of one assignment."""
        return cls(for_points=for_points, _assignments={assignment.folder: assignment, assignment.hidden: assignment})

    def spec(self, item: Any) -> CheckSpec | None:
        """The spec of a check: a test function of an assignment that takes `student`.

        Raises `UsageError`, and `CollectError` for one that has been moved away from its assignment.
        """
        if "student" not in item.fixturenames:
            return None
        assignment = self.assignment(item.path)
        if assignment is not None:
            return _spec(item, assignment, self._times(assignment))
        if item.get_closest_marker("task") is not None:
            raise pytest.Collector.CollectError(
                f"{item.path}: {MANIFEST} is not beside it: copy the whole folder of the assignment."
            )
        return None

    def assignment(self, path: Path) -> Assignment | None:
        """The assignment of a check file, read once for each folder. Raises `UsageError`."""
        if path.parent not in self._assignments:
            try:
                self._assignments[path.parent] = assignment_of(path)
            except UserError as error:
                raise pytest.UsageError(str(error)) from error
        return self._assignments[path.parent]

    def _times(self, assignment: Assignment) -> Times | None:
        """The times of an assignment, read once. Raises `UsageError`."""
        if assignment.folder not in self._known_times:
            try:
                self._known_times[assignment.folder] = times_of(assignment)
            except UserError as error:
                raise pytest.UsageError(str(error)) from error
        return self._known_times[assignment.folder]

    def folder(self, path: Path) -> Path:
        """The folder of the assignment that a check file, public or hidden, belongs to."""
        assignment = self.assignment(path)
        assert assignment is not None
        return assignment.folder

    def functions(self, path: Path) -> frozenset[str]:
        """The functions of the assignment of a check file, which messages may name."""
        folder = self.folder(path)
        if folder not in self._functions:
            assignment = self.assignment(path)
            assert assignment is not None
            self._functions[folder] = functions_of(assignment)
        return self._functions[folder]

    def first_attempt(self, item: Any, spec: CheckSpec) -> Attempt:
        """The first process of a check's group: always the same object for the same group."""
        assignment = self.assignment(item.path)
        assert assignment is not None
        key = (assignment.folder, spec.group)
        unless = _unless(assignment.manifest, spec.task)
        imports = assignment.manifest.task(spec.task).imports if spec.task else ()
        attempt = self._attempts.setdefault(key, Attempt(spec.group, assignment, unless, imports))
        for what, here, there in (
            ("the substitute", unless, attempt.substitute_unless),
            ("their imports", set(imports), set(attempt.imports)),
        ):
            if here != there:
                raise pytest.UsageError(f"{item.path}: the tasks of group {spec.group!r} must agree on {what}.")
        return attempt

    def start_over(self, items: Iterable[pytest.Item]) -> None:
        """Forget all verdicts on these checks."""
        self.verdicts.clear()
        self.seconds.clear()
        self.pictures.clear()
        self.forgiven.clear()
        self._stops.clear()
        for item in items:
            _judge_in(self.first_attempt(item, self.specs[item.nodeid]), item)

    def begin(self, item: pytest.Item) -> None:
        """Start the clock of a check. Raises what the check ends with where it cannot be judged."""
        spec, attempt = self.specs[item.nodeid], item.stash[ATTEMPT]
        missing = not_installed(frozenset(attempt.imports))
        if missing:
            lacking = f"this task needs {' and '.join(missing)}, which cannot be found."
            raise GraderFault(lacking) if self.for_points else NotRun(f"Not run here: {lacking}")
        self.host_of(attempt).begin(spec)
        if self._stops[_place(spec)] == 2:
            raise NotRun("Not run: your program had already stopped twice in this task.")
        failed = self.failed(spec.assignment, spec.after, but=(Outcome.GRADER_ERROR,))
        if failed:
            raise PrerequisiteFailed(f"Skipped: it builds on task {', '.join(failed)}, which did not pass.")
        unjudged = self.failed(spec.assignment, spec.after)
        if unjudged:
            raise PrerequisiteUnjudged(
                f"Not judged: it builds on task {', '.join(unjudged)}, which could not be. That is not your fault."
            )

    def open(self, attempt: Attempt) -> AbstractContextManager[Student]:
        """The student side of a group, with the manifest's substitute where that is to stand in."""
        failed = self.failed(attempt.assignment.name, attempt.substitute_unless)
        return self.host_of(attempt).open(bool(failed), attempt.imports)

    def rng(self, item: pytest.Item) -> np.random.Generator:
        """Random numbers for a check's inputs."""
        seed = self.host_of(item.stash[ATTEMPT]).seed
        return np.random.default_rng(derive(seed, "inputs", self.specs[item.nodeid].name))

    def data(self, item: pytest.Item) -> Data:
        """The digits, and the manifest's thresholds for them. Raises `UsageError` where it names none."""
        assignment = self.assignment(item.path)
        if assignment is None or assignment.manifest.data is None:
            raise pytest.UsageError(f"{item.path}: the manifest has no [data], which this check asks for.")
        images = load()
        return Data(images.train, images.test, assignment.manifest.data.thresholds[images.name])

    def judge(self, item: pytest.Item, error: BaseException | None, *, closing: bool = False) -> Verdict:
        """Keep the verdict on a check that ended with `error`, or passed; `closing`, what came of closing its group."""
        if isinstance(error, StudentDied) and error.by_load and item.nodeid not in self.forgiven:
            self.forgiven.add(item.nodeid)
            _start_afresh(item)
        elif isinstance(error, (StudentDied, ProtocolFailure)):
            self._stops[_place(self.specs[item.nodeid])] += 1
            _start_afresh(item)
        host = self.host_of(item.stash[ATTEMPT])
        printed = host.printed() if error is not None else ""
        self.seconds[item.nodeid] = host.seconds()
        picture = host.picture() if self.specs[item.nodeid].visibility == "public" else None
        if picture is not None:
            self.pictures[item.nodeid] = picture
        functions = self.functions(item.path) if error else frozenset()
        verdict = with_kind(verdict_of(error, printed=printed, functions=functions), error)
        if closing:
            verdict = replace(verdict, outcome=Outcome.GRADER_ERROR)
        self.verdicts[item.nodeid] = verdict
        return verdict

    def host_of(self, attempt: Attempt) -> Host:
        """Return what runs the checks of a group."""
        if self.host is not None:
            return self.host
        assignment = attempt.assignment
        if assignment.folder not in self._hosts:
            from autograder.student.loopback import LoopbackHost

            self._hosts[assignment.folder] = LoopbackHost(assignment)
        return self._hosts[assignment.folder]

    def notes(self) -> tuple[str, ...]:
        """Return what the import of each submission remarked in this run."""
        return tuple(note for host in self._hosts.values() for note in host.notes)

    def failed(self, assignment: str, tasks: Iterable[str], but: Container[Outcome] = ()) -> list[str]:
        """Return which of these tasks have a check that did not pass, with another outcome than these."""
        judged = ((self.specs[nodeid], verdict.outcome) for nodeid, verdict in self.verdicts.items())
        failed = failed_tasks(((spec.task, outcome) for spec, outcome in judged if spec.assignment == assignment), but)
        return [task for task in tasks if task in failed]

    def arrange(self, items: Sequence[pytest.Item]) -> None:
        """Find the groups among the checks, and their order. Raises `UsageError`."""
        found: dict[tuple[Path, str], list[CheckSpec]] = {}
        for item in items:
            if item.nodeid in self.specs:
                spec = self.specs[item.nodeid]
                found.setdefault((self.folder(item.path), spec.group), []).append(spec)
        for (folder, name), specs in found.items():
            group = CheckGroup(name, tuple(specs), self._attempts[folder, name].substitute_unless)
            self.groups.setdefault(folder, []).append(group)
        try:
            self.groups = {folder: in_order(groups) for folder, groups in self.groups.items()}
        except UserError as error:
            raise pytest.UsageError(str(error)) from error


CHECKS = pytest.StashKey[Checks]()
ATTEMPT = pytest.StashKey[Attempt]()
UNGRADED = "ungraded"
"""The marker of checks that no grader runs, and their group."""

SIGNS = {Outcome.PASSED: "✓", Outcome.NOT_RUN: "–", Outcome.NOT_ATTEMPTED: "–"}
"""Of checks that are not graded; ✗ for all others."""


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "task(id, weight=1, group=None, after=(), timeout=None): a check of a task; the checks of a group share "
        "a student process; `after` names tasks that must have passed; `timeout` is in CPU seconds.",
    )
    config.addinivalue_line("markers", "ungraded: a public check that no grader runs.")
    config.stash.setdefault(CHECKS, Checks())
    if config.getoption("capture") == "fd":
        remember_stderr()
    here = str(config.invocation_params.dir)
    if config.args == [here] and ("[" in here or "::" in here):
        config.args = ["."]  # pytest would take these for parts of a name


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Let the checks of a folder and of its copy be collected in one run, though their modules have one name."""
    loaded = sys.modules.get(module_path.stem)
    file = getattr(loaded, "__file__", None)
    if file is not None and Path(file) != module_path and (module_path.parent / MANIFEST).is_file():
        del sys.modules[module_path.stem]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let `pytest -k 2.2` find the checks of a task, whatever their group is called."""
    marker = item.get_closest_marker("task")
    if marker is not None and marker.args:
        item.extra_keyword_matches.add(str(marker.args[0]))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each check its group as a parameter of `student`, which pytest then makes once for a group."""
    checks = metafunc.config.stash[CHECKS]
    spec = checks.spec(metafunc.definition)
    if spec is not None:
        attempt = checks.first_attempt(metafunc.definition, spec)
        metafunc.parametrize("student", [attempt], ids=[spec.group], indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the checks of each group together, prerequisites first."""
    checks = config.stash[CHECKS]
    names: Counter[tuple[Path, str]] = Counter()
    for item in items:
        spec = checks.spec(item) if isinstance(item, pytest.Function) else None
        if spec is not None:
            checks.specs[item.nodeid] = spec
            item.stash[ATTEMPT] = checks.first_attempt(item, spec)
            names[checks.folder(item.path), spec.name] += 1
    twice = sorted(name for (_, name), count in names.items() if count > 1)
    if twice:
        raise pytest.UsageError(f"Two checks are called {', '.join(twice)}: give each a name of its own.")
    checks.arrange(items)
    order = ((folder, group.name) for folder, groups in checks.groups.items() for group in groups)
    ranks = {key: rank for rank, key in enumerate(order)}

    def rank(item: pytest.Item) -> int:
        spec = checks.specs.get(item.nodeid)
        return -1 if spec is None else ranks[checks.folder(item.path), spec.group]

    items.sort(key=rank)


@pytest.fixture(scope="session")
def student(request: pytest.FixtureRequest) -> Iterator[Student]:
    """The student's modules, in one process for each group of checks."""
    with request.config.stash[CHECKS].open(request.param) as opened:
        yield opened


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers for a check's inputs: the same for the same seed, new for each submission."""
    return request.config.stash[CHECKS].rng(request.node)


@pytest.fixture
def data(request: pytest.FixtureRequest) -> Data:
    """The digits, and the manifest's thresholds for them."""
    return request.config.stash[CHECKS].data(request.node)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot be judged; start the clock of what can."""
    checks = item.config.stash[CHECKS]
    if item.nodeid in checks.specs:
        checks.begin(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """After the check's last call, nothing more may have come from the student process.

    Carry out first what the check has put off: its errors precede whatever the check has raised.
    """
    checks = item.config.stash[CHECKS]
    try:
        with np.errstate(all="ignore"):
            result = yield
    finally:
        end_check()
    if item.nodeid in checks.specs:
        checks.host_of(item.stash[ATTEMPT]).finish()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what happened into a verdict, and show a failing check as its message."""
    report = yield
    checks = item.config.stash[CHECKS]
    spec = checks.specs.get(item.nodeid)
    if spec is None or (call.when != "call" and call.excinfo is None):
        return report
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, (KeyboardInterrupt, pytest.exit.Exception)):
        return report
    verdict = checks.judge(item, error, closing=call.when == "teardown")
    if report.failed and verdict.outcome is not Outcome.GRADER_ERROR:
        public = spec.visibility == "public"
        shown = verdict.detail if _hidden_shown(checks) else verdict.message(public=public)
        if of_loading(verdict):
            shown = "The cause is the same as above." if verdict in checks.told else shown
            checks.told.add(verdict)
        report.longrepr = visible(f"{spec.title}\n{shown}")
        if not spec.task:
            report.outcome, report.longrepr = "skipped", (str(item.path), 0, "not graded")
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was skipped when the student's files were loaded, and what became of the checks that are not graded."""
    checks = config.stash[CHECKS]
    judged = [(checks.specs[nodeid], verdict) for nodeid, verdict in checks.verdicts.items()]
    ungraded = [(spec, verdict) for spec, verdict in judged if not spec.task]
    if ungraded:
        terminalreporter.section("not graded")
        for spec, verdict in ungraded:
            plain = bool(os.environ.get("NO_COLOR"))
            sign = f"{verdict.outcome.value}:" if plain else SIGNS.get(verdict.outcome, "✗")
            terminalreporter.write_line(f"{sign} {visible_line(spec.title)}")
            for line in visible(verdict.message(public=True)).splitlines():
                terminalreporter.write_line(f"    {line}")
    notes = checks.notes()
    if notes:
        terminalreporter.section("when your files were loaded")
        for note in notes:
            terminalreporter.write_line(visible_line(note))


def functions_of(assignment: Assignment) -> frozenset[str]:
    """The functions and methods that an assignment's own files define: in a course, those of its stubs."""
    paths = (assignment.folder / name for name in assignment.manifest.files if name.endswith(".py"))
    sources = [path.read_bytes() for path in paths if path.is_file()]
    trees = [ast.parse(source) for source in sources if syntax_problem(source, "") is None]
    return frozenset(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _hidden_shown(checks: Checks) -> bool:
    """Only an author runs hidden checks outside the grader, and wants to see everything."""
    return checks.host is None


def _place(spec: CheckSpec) -> tuple[str, str, str]:
    """Return where the process may stop twice: tasks of one group do not pay for each other."""
    return spec.assignment, spec.group, spec.task


def _start_afresh(item: pytest.Item) -> None:
    """Give the remaining checks of a group whose process has died a fresh one."""
    old = item.stash[ATTEMPT]
    new = replace(old)
    for other in item.session.items:
        if other.stash.get(ATTEMPT, None) is old:
            _judge_in(new, other)


def _judge_in(attempt: Attempt, item: Any) -> None:
    item.stash[ATTEMPT] = attempt
    item.callspec.params["student"] = attempt


def _spec(item: Any, assignment: Assignment, times: Times | None) -> CheckSpec:
    marker = item.get_closest_marker("task")
    where = f"{item.path}: {item.originalname if hasattr(item, 'originalname') else item.name}"
    title = (item.function.__doc__ or "").strip().split("\n")[0]
    if not title:
        raise pytest.UsageError(f"{where} lacks a docstring that says what is judged.")
    if item.get_closest_marker(UNGRADED) is not None:
        return _ungraded_spec(item, assignment, title, where)
    if marker is None:
        raise pytest.UsageError(f"{where} lacks the marker @pytest.mark.task(…).")
    known = {"weight", "group", "after", "timeout"}
    if len(marker.args) != 1 or not set(marker.kwargs) <= known:
        raise pytest.UsageError(f"{where}: write task(id) with {', '.join(sorted(known))} at most.")
    task = marker.args[0]
    ids = [known_task.id for known_task in assignment.manifest.tasks]
    after = marker.kwargs.get("after", ())
    after = (after,) if isinstance(after, str) else tuple(after)
    for named in (task, *after):
        if named not in ids:
            raise pytest.UsageError(f"{where} names task {named!r}, which the manifest does not.")
    weight = float(marker.kwargs.get("weight", 1))
    if weight <= 0:
        raise pytest.UsageError(f"{where}: weight must be positive.")
    group = marker.kwargs.get("group") or task
    seconds = float(marker.kwargs.get("timeout") or assignment.manifest.limits.check_cpu_seconds)
    return CheckSpec(
        name=_name(item, group),
        title=title,
        assignment=assignment.name,
        task=task,
        weight=weight,
        group=group,
        after=after,
        cpu_seconds=seconds,
        visibility="hidden" if item.path.parent == assignment.hidden else "public",
        compared=compared(seconds, times.of(task)) if times is not None else "",
    )


def _ungraded_spec(item: Any, assignment: Assignment, title: str, where: str) -> CheckSpec:
    """The spec of a check that no grader runs."""
    if item.get_closest_marker("task") is not None:
        raise pytest.UsageError(f"{where} has a task and is marked as ungraded: take one of the markers away.")
    if item.path.parent == assignment.hidden:
        raise pytest.UsageError(f"{where} is not graded, so nobody would run it: put it among the public checks.")
    return CheckSpec(
        name=_name(item, UNGRADED),
        title=title,
        assignment=assignment.name,
        task="",
        weight=1,
        group=UNGRADED,
        after=(),
        cpu_seconds=assignment.manifest.limits.check_cpu_seconds,
        visibility="public",
    )


def _name(item: Any, group: str) -> str:
    """The name of a check: its function's, with the parameters that its author gave, without the group's."""
    ident = item.callspec.id if hasattr(item, "callspec") else group
    if ident == group:
        return str(item.originalname)
    return f"{item.originalname}[{ident.removeprefix(f'{group}-').removesuffix(f'-{group}')}]"


def _unless(manifest: Manifest, task: str) -> tuple[str, ...]:
    """The task that decides whether this one is judged with the substitute."""
    substitute = manifest.substitute
    return (substitute.unless,) if substitute is not None and task in substitute.tasks else ()
