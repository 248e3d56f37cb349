"""The stage of one run: a copy of the course, a class of attackers and honest neighbours, and canaries."""

import hashlib
import importlib.util
import os
import secrets
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import autograder
from autograder.course.layout import Assignment
from autograder.course.seeds import SECRET_FILE
from autograder.course.stubs import stub_files
from autograder.grading.reference import MEMORY
from autograder.sandbox.cleanup import remove_tree
from autograder.sandbox.open_folders import open_folders
from quality.attack_suite.heads import ATTACKS, FOLDER_HEAD, Attack
from quality.attack_suite.settings import Setting

ENGINE = Path(autograder.__file__).parent
CANARY = "CANARY-"
COURSE_SECRET = f"{CANARY}of-the-course"
"""Always the same, so that every run draws the same inputs and every score can be said in advance."""

MARK = "chain-rule-attack-"
REPORTER = "neuron"
"""The function of an assignment that tells what came of an attack's attempts; nothing else builds on it."""
Tree = dict[str, tuple[object, ...]]


@dataclass(frozen=True)
class Stage:
    """Folders of one run. `token` is in every secret and in the name of whatever an attack leaves."""

    base: Path
    assignment: Assignment
    token: str
    listener: socket.socket

    @property
    def course(self) -> Path:
        return self.base / "course"

    @property
    def handed_in(self) -> Path:
        return self.base / "class"

    @property
    def output(self) -> Path:
        return self.course / "grades" / self.assignment.name

    @property
    def memory(self) -> Path:
        """The course's memory of references that have full marks, which the grader writes."""
        return self.course / MEMORY

    @property
    def temporary(self) -> Path:
        return self.base / "tmp"

    @property
    def open_folder(self) -> Path:
        """A folder that anybody may write, inside the one for temporary files, as window systems have them."""
        return self.temporary / ".X11-unix"

    @property
    def engine(self) -> Path:
        return self.base / "engine"

    @property
    def ipc_key(self) -> int:
        """The key under which attacks make SysV objects."""
        return int(self.token[:7], 16)

    def secrets_in(self, content: bytes) -> bool:
        """Return whether something is in `content` that only the grader can read."""
        return any(secret.encode() in content for secret in (f"{CANARY}{self.token}", COURSE_SECRET))

    def guarded(self) -> Tree:
        """Everything that a run must leave as it is: checks, solutions, secrets, old results, what was handed in."""
        written = tuple(map(str, (self.output, self.temporary, self.memory.parent)))
        return {k: v for k, v in tree(self.base).items() if not k.startswith(written)}


@contextmanager
def stage(
    assignment: Assignment, attacks: Sequence[Attack], honest: Mapping[str, Mapping[str, bytes]], setting: Setting
) -> Iterator[Stage]:
    """Set the stage; `honest` are the files of correct submissions by name. All of it goes at the end."""
    base = Path(tempfile.mkdtemp(prefix="attacks-"))
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    here = Stage(base, assignment, secrets.token_hex(8), listener)
    try:
        _copy_course(here)
        for folder in (here.temporary, here.handed_in):
            folder.mkdir()
        for name, files in honest.items():
            _write(here.handed_in / name, files)
        for attack in attacks:
            _hand_in(attack, here, setting)
        for path in (base, *base.rglob("*")):
            if setting.uid is not None:
                os.chown(path, setting.uid, setting.uid, follow_symlinks=False)
        base.chmod(0o711)
        for folder in (here.course, here.handed_in):
            folder.chmod(0o700)
        here.open_folder.mkdir()
        for folder in (here.temporary, here.open_folder):
            folder.chmod(0o1777)
        yield here
    finally:
        listener.close()
        remove_tree(str(base))
        for left in left_behind(here.token):
            remove_tree(left)


def tree(folder: Path) -> Tree:
    """Every path below a folder with mode, owner, target or digest."""
    found: Tree = {}
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        content = ""
        if stat.S_ISREG(status.st_mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        elif stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        found[str(path)] = (status.st_mode, status.st_uid, status.st_gid, content)
    return found


def left_behind(token: str) -> list[str]:
    """Return what attacks have left in the folders that anybody may write."""
    folders = [*open_folders(), "/dev/mqueue"]
    return [f"{folder}/{n}" for folder in folders if os.path.isdir(folder) for n in os.listdir(folder) if token in n]


def reference_files(assignment: Assignment) -> dict[str, bytes]:
    """The files of the reference."""
    return {name: assignment.reference(name).read_bytes() for name in assignment.manifest.files}


def _copy_course(here: Stage) -> None:
    original = here.assignment
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(ENGINE, here.engine / "autograder", ignore=ignored)
    brought = original.manifest.brought.values()
    others = (place.with_name(name) for name in brought for place in (original.folder, original.solution))
    for folder in {original.folder, original.solution, original.hidden, original.bank, *others}:
        if folder.is_dir():
            shutil.copytree(folder, here.course / folder.relative_to(original.root), ignore=ignored)
    canary = f"{CANARY}{here.token}"
    for path in here.course.rglob("*.py"):
        if path.parent.parent.name in ("solutions", "hidden"):
            path.write_text(f"{path.read_text()}\n# {canary}\n")
    (here.course / SECRET_FILE).write_text(COURSE_SECRET)
    (here.course / SECRET_FILE).chmod(0o600)
    old = here.course / "grades" / "last-week" / "results"
    old.mkdir(parents=True)
    (old / "neighbour.json").write_text(f'{{"score": 1, "note": "{canary}"}}\n')


def _hand_in(attack: Attack, here: Stage, setting: Setting) -> None:
    target = here.handed_in / attack.name
    reference = reference_files(here.assignment)
    if attack.path.is_dir():
        shutil.copytree(attack.path, target, ignore=shutil.ignore_patterns(FOLDER_HEAD))
        for path in target.rglob("*.py"):
            path.write_text(_filled(path.read_text(), here, setting))
    elif attack.head.on == "maker":
        _maker(attack.path).make(target, reference)
    else:
        main = here.assignment.manifest.files[0]
        base = {"reference": reference, "stub": reference | stub_files(here.assignment), "nothing": {main: b""}}
        files = base[attack.head.on]
        kit = "" if attack.head.on == "nothing" else (ATTACKS / "kit.py").read_text()
        reporter = f"\n{REPORTER} = report\n" if attack.head.attempts else ""
        payload = _filled(f"\n\n{kit}\n\n{attack.source}{reporter}", here, setting)
        _write(target, files | {main: files[main] + payload.encode()})


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    """A submission: a module where there is one file, else a folder."""
    if len(files) == 1:
        (content,) = files.values()
        target.with_name(f"{target.name}.py").write_bytes(content)
        return
    target.mkdir()
    for name, content in files.items():
        (target / name).write_bytes(content)


def _filled(source: str, here: Stage, setting: Setting) -> str:
    """The source with what the attacker knows already: where everything is, and what the machine lacks."""
    known = {
        "@BASE@": str(here.base),
        "@COURSE@": str(here.course),
        "@ASSIGNMENT@": here.assignment.name,
        "@CLASS@": str(here.handed_in),
        "@OUTPUT@": str(here.output),
        "@MARK@": f"{MARK}{here.token}",
        "@PORT@": str(here.listener.getsockname()[1]),
        "@KEY@": str(here.ipc_key),
        "@LANDLOCK@": str(setting.landlock),
    }
    for name, value in known.items():
        source = source.replace(name, value)
    return source


def _maker(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"maker_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
