"""Every name of the libraries, in the sandbox and in plain Python: what differs?

python -m quality.library_names

Takes each name in `dir()` of NumPy and its public submodules, of pyplot and of PyTorch by `getattr`, and each module by
`from … import *`. Exits with 1 where something differs.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder import expect
from autograder.course.manifest import Limits, Manifest, Task
from autograder.grading.host import SandboxHost
from autograder.sandbox.environment import scrubbed
from autograder.sandbox.offers import offers
from autograder.sandbox.spare_uids import spare_uid

Outcomes = dict[str, str]

FINE = "fine"
STAR = "*"
NOT_PUBLIC = {"conftest", "tests"}
LIMITS = Limits(check_cpu_seconds=300, import_cpu_seconds=300, total_cpu_seconds=900, memory_mb=4096)
PROBE = f'''
import importlib
import json
import sys
import warnings

import numpy as np


def outcome(attempt):
    try:
        attempt()
    except BaseException as error:
        return f"{{type(error).__name__}}: {{error}}"
    return {FINE!r}


def look(name):
    """What comes of the module's names, and of a star import, which is called `*`."""
    warnings.simplefilter("ignore")
    try:
        module = importlib.import_module(name)
    except BaseException as error:
        return {{{STAR!r}: f"{{type(error).__name__}}: {{error}}"}}
    everything = {{}}
    found = {{{STAR!r}: outcome(lambda: exec(f"from {{name}} import *", everything))}}
    found |= {{key: {FINE!r} for key in everything if not key.startswith("__")}}
    return found | {{key: outcome(lambda: getattr(module, key)) for key in dir(module)}}


def looked(name):
    return np.frombuffer(json.dumps(look(name)).encode(), dtype=np.uint8)


if __name__ == "__main__":
    json.dump({{name: look(name) for name in sys.argv[1:]}}, sys.stdout)
'''


@dataclass(frozen=True)
class Group:
    """Modules that an assignment with these imports may use."""

    imports: tuple[str, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """A name that is another thing in the sandbox than in plain Python."""

    name: str
    in_sandbox: str
    in_python: str


def main() -> None:
    """Look at every group and print what differs."""
    table = Table("Name", "In the sandbox", "In plain Python")
    count = 0
    for group in groups():
        in_sandbox, in_python = sandboxed(group), plain(group.modules)
        count += sum(map(len, in_python.values()))
        for found in differences(in_sandbox, in_python):
            table.add_row(found.name, found.in_sandbox, found.in_python)
    console = Console()
    if table.row_count:
        console.print(table)
    console.print(f"{table.row_count} of {count} names differ.")
    sys.exit(1 if table.row_count else 0)


def groups() -> list[Group]:
    """Return what is looked at, as far as it is installed."""
    found = [
        Group(("numpy",), ("numpy", *numpy_submodules())),
        Group(("numpy", "matplotlib"), ("matplotlib.pyplot", "pylab")),
    ]
    if find_spec("torch") is not None:
        found.append(Group(("numpy", "torch"), ("torch", "torch.nn", "torch.nn.functional", "torch.optim")))
    return found


def numpy_submodules() -> list[str]:
    """The public modules right below `numpy`."""
    names = [module.name for module in iter_modules(np.__path__)]
    return [f"numpy.{name}" for name in names if not name.startswith("_") and name not in NOT_PUBLIC]


def differences(in_sandbox: Mapping[str, Outcomes], in_python: Mapping[str, Outcomes]) -> Iterator[Difference]:
    """Yield what differs in the sandbox."""
    for module, there in in_python.items():
        here = in_sandbox[module]
        for name in sorted(here.keys() | there.keys()):
            if here.get(name) != there.get(name):
                yield Difference(f"{module}.{name}", here.get(name, "not there"), there.get(name, "not there"))


def sandboxed(group: Group) -> Mapping[str, Outcomes]:
    """Return what a submission finds under the names of these modules."""
    manifest = Manifest(
        title="Names of libraries",
        points=1,
        handed_in=("probe.py",),
        imports=group.imports,
        limits=LIMITS,
        tasks=(Task(id="1", title="Names", points=1),),
    )
    with spare_uid() if offers().spare_uid else nullcontext() as uid:
        host = SandboxHost(manifest, {"probe.py": PROBE.encode()}, 0, uid)
        with host.open() as student:
            return {name: json.loads(expect.array(student.probe.looked(name)).tobytes()) for name in group.modules}


def plain(modules: Sequence[str]) -> Mapping[str, Outcomes]:
    """Return what a program finds under them that `python` runs in an environment like that of a student process."""
    with tempfile.TemporaryDirectory(prefix="library-names-") as folder:
        program = Path(folder, "probe.py")
        program.write_text(PROBE, encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, str(program), *modules],
            env=scrubbed(folder),
            cwd=folder,
            stdout=subprocess.PIPE,
            check=True,
        )
    found: dict[str, Outcomes] = json.loads(ran.stdout)
    return found


if __name__ == "__main__":
    main()
