"""Grade a class of attackers and honest neighbours in one setting, through the real command."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.layout import Assignment
from quality.attack_suite.heads import Attack
from quality.attack_suite.judge import Record, canaries, complaints, honest_complaints
from quality.attack_suite.settings import Setting
from quality.attack_suite.stage import CANARY, Stage, reference_files, stage

WATCH = str(Path(__file__).with_name("watch.py"))
LIMIT_SECONDS = 3000
NEIGHBOUR = "neighbour"
REFUSED, GRADED = 3, (0, 3)
MOST_MB = 300
"""Megabytes that one of the grader's workers may hold, whatever is handed in."""

# What `enter` becomes where the suite shows that its attacks work when nothing holds them.
NO_LAYERS = """
import tempfile
from autograder.sandbox.environment import scrubbed

def _layers(plan, ruleset, keep):
    os.environ.clear()
    os.environ.update(scrubbed(plan.home))
    tempfile.tempdir = None
    os.chdir(plan.work)
    yield "nothing"
"""


@dataclass(frozen=True)
class Seen:
    """The results of one run: complaints by submission (empty: survived) and about the canaries, and all records."""

    attacks: Mapping[str, list[str]]
    honest: Mapping[str, list[str]]
    canaries: list[str]
    records: Mapping[str, Record] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    memory_mb: float = 0.0

    def succeeded(self, name: str) -> bool:
        """Return whether an attack, alone in its class, got hold of something or left something."""
        said = self.attacks[name]
        return bool(self.canaries) or any(one.startswith("breach: ") and "breached=[]" not in one for one in said)

    @property
    def problems(self) -> list[str]:
        """Every complaint, with the submission that it is about."""
        about = [f"{name}: {said}" for group in (self.attacks, self.honest) for name in group for said in group[name]]
        return about + self.canaries


def run(
    assignment: Assignment,
    attacks: Sequence[Attack],
    setting: Setting,
    honest: Mapping[str, Mapping[str, bytes]] | None = None,
    *,
    layers: bool = True,
) -> Seen:
    """Grade the attacks with a neighbour, the reference, and with `honest`. Without `layers` there is no sandbox."""
    right = {NEIGHBOUR: reference_files(assignment), **(honest or {})}
    with stage(assignment, attacks, right, setting) as here:
        if not layers:
            with (here.engine / "autograder" / "sandbox" / "enter.py").open("a") as file:
                file.write(NO_LAYERS)
        before = here.guarded()
        ran = _grade(here, setting)
        if setting.refuses:
            return Seen({}, {}, _refusal(here, before, ran))
        if ran["status"] not in GRADED or not ran["stdout"]:
            return Seen({}, {}, [f"the grader ended with status {ran['status']}: {ran['stderr'][-2000:]}"])
        records = {record["submission"]: record for record in json.loads(ran["stdout"])["results"]}
        return Seen(
            {attack.name: complaints(attack, records.get(attack.name)) for attack in attacks},
            {name: honest_complaints(records.get(name)) for name in right},
            [*canaries(here, before, ran, list(records.values())), *_memory(ran["memory_mb"])],
            records,
            tuple(records[NEIGHBOUR]["sandbox"]) if NEIGHBOUR in records else (),
            ran["memory_mb"],
        )


def _grade(here: Stage, setting: Setting) -> dict[str, Any]:
    command = [sys.executable, "-m", "autograder", "grade", here.assignment.name, str(here.handed_in)]
    paths = [str(here.engine), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    done = subprocess.run(
        [sys.executable, WATCH, str(LIMIT_SECONDS), *setting.prefix, *command, "--json", "--jobs", "2"],
        cwd=here.course,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(here.temporary),
            "A_SECRET": f"{CANARY}{here.token}",
            "COLUMNS": "200",
        },
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _memory(held_mb: float) -> list[str]:
    return [] if held_mb <= MOST_MB else [f"a worker held {held_mb:.0f} MiB, and {MOST_MB} are allowed"]


def _refusal(here: Stage, before: Any, ran: Mapping[str, Any]) -> list[str]:
    """Return where a layer is missing that nothing replaces, the grader says so and grades nothing."""
    said = []
    if ran["status"] != REFUSED or "Nothing was graded" not in ran["stderr"]:
        said.append(f"it did not refuse: status {ran['status']}, {ran['stderr'][-500:]}")
    if here.output.exists() or here.guarded() != before or ran["left"]:
        said.append("it refused and left something all the same")
    return said
