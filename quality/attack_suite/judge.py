"""Was an attack survived? What its head says against its record, and the canaries."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.ledger.store import FILE as LEDGER
from quality.attack_suite.heads import Attack
from quality.attack_suite.stage import MARK, Stage, Tree, left_behind

LEAK = "LEAK"
"""A prefix that attacks write before whatever must not reach a student."""

IPC_TABLES = ("shm", "sem", "msg")
Record = dict[str, Any]


def complaints(attack: Attack, record: Record | None) -> list[str]:
    """Return where a record is not what the head of its attack says; what the attack got hold of."""
    if record is None:
        return ["it has no record"]
    head, said = attack.head, []
    if record["status"] != head.status.value:
        said.append(f"status {record['status']!r}: {record['message']} {record['detail'][-300:]}")
    if record["score"] not in (head.scores or (None,)):
        said.append(f"score {record['score']}")
    for task, expected in head.outcomes.items():
        wanted = {outcome.value for outcome in (expected if isinstance(expected, tuple) else (expected,))}
        seen = {check["outcome"] for check in record["checks"] if check["task"] == task}
        if not wanted & seen:
            said.append(f"no check of task {task} ended as {' or '.join(sorted(wanted))}, only as {sorted(seen)}")
    words = _words(record)
    if head.says and head.says not in words:
        said.append(f"nobody says {head.says!r}")
    if head.attempts and f"ATTACK attempts={head.attempts} " not in words:
        said.append(f"it did not make its {head.attempts} attempts: {_reports(words)}")
    said += [f"breach: {line}" for line in _reports(words) if "breached=[] broken=[]" not in line]
    said += [f"grader error: {check['detail'][-500:]}" for check in record["checks"] if _is_fault(check)]
    said += [f"an input of the hidden check {name} reached the student" for name in _leaks(record)]
    return said


def honest_complaints(record: Record | None) -> list[str]:
    """A correct submission earns everything, whoever is in its class."""
    if record is None:
        return ["it has no record"]
    if record["score"] == record["max_score"] and record["status"] == "graded":
        return []
    failed = [f"{check['name']}: {check['detail'][:300]}" for check in record["checks"] if check["outcome"] != "passed"]
    return [f"{record['status']}, {record['score']} of {record['max_score']}", *failed]


def canaries(here: Stage, before: Tree, ran: Mapping[str, Any], records: Sequence[Record]) -> list[str]:
    """Everything around the class that must be as it was, or must not have come out."""
    said = [f"a process is left: {command}" for command in ran["left"]]
    after = here.guarded()
    said += [f"changed: {path}" for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]
    remembered = [path for path in here.memory.parent.rglob("*") if not path.is_dir()]
    if len(remembered) != 1 or remembered[0].parent != here.memory / here.assignment.name:
        said.append(f"remembered of the reference: {', '.join(map(str, remembered))}")
    said += [f"left behind: {path}" for path in left_behind(here.token)]
    left = {*here.temporary.iterdir(), *here.open_folder.iterdir()} - {here.open_folder}
    said += [f"left in the temporary folder: {path.relative_to(here.temporary)}" for path in sorted(left)]
    said += [f"left in SysV IPC: {table}" for table in IPC_TABLES if _has_key(table, here.ipc_key)]
    said += _output(here, [record["submission"] for record in records])
    if here.secrets_in((ran["stdout"] + ran["stderr"]).encode()):
        said.append("a secret was printed")
    seeds = [record["seed"] for record in records]
    if len(set(seeds)) != len(seeds):
        said.append("two submissions have the same seed")
    try:
        here.listener.accept()
        said.append("somebody reached the network")
    except BlockingIOError:
        pass
    return said


def _output(here: Stage, submissions: Sequence[str]) -> list[str]:
    """The result folder holds what the grader writes and nothing else, and none of it holds a secret."""
    expected = {"grades.csv", "report.html", LEDGER}
    expected |= {f"{folder}/{name}.{kind}" for name in submissions for folder, kind in _PLACES}
    said = []
    seen = set()
    for path in sorted(here.output.rglob("*")):
        if path.is_dir():
            continue
        name = str(path.relative_to(here.output))
        seen.add(name)
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        if here.secrets_in(content):
            said.append(f"a secret is in {name}")
        if path.is_symlink() or path.stat().st_uid != here.output.stat().st_uid:
            said.append(f"not the grader's: {name}")
        if name.endswith(".html") and (b"<script>" + MARK.encode()) in content:
            said.append(f"code of a submission would run in {name}")
    said += [f"not the grader's: {name}" for name in sorted(seen - expected)]
    said += [f"missing: {name}" for name in sorted(expected - seen)]
    return said


_PLACES = (("results", "json"), ("report", "html"))


def _words(record: Record) -> str:
    parts = [record["message"], record["detail"], *record["notes"]]
    for check in record["checks"]:
        parts += [check["message"], check["detail"]]
    return "\n".join(parts)


def _reports(words: str) -> list[str]:
    return list(dict.fromkeys(line for line in words.splitlines() if "ATTACK attempts=" in line))


def _is_fault(check: Record) -> bool:
    return bool(check["outcome"] == "grader error")


def _leaks(record: Record) -> list[str]:
    hidden = [check for check in record["checks"] if check["visibility"] == "hidden"]
    noted = ["(in a note)"] if any(LEAK in note for note in record["notes"]) else []
    return [check["name"] for check in hidden if LEAK in check["message"]] + noted


def _has_key(table: str, key: int) -> bool:
    with open(f"/proc/sysvipc/{table}", encoding="ascii") as file:
        return any(line.split()[0] == str(key) for line in file)
