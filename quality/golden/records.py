"""The records that `autograder grade` writes, as far as they are compared."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from quality.golden.errors import GoldenError


class Check(msgspec.Struct, frozen=True):
    """One check: `message` is what the student reads, `detail` what the instructor reads."""

    name: str
    title: str
    task: str
    weight: float
    visibility: str
    outcome: str
    message: str
    detail: str
    seconds: float

    @property
    def sentence(self) -> str:
        """The first line of the message: the verdict in a sentence."""
        return self.message.partition("\n")[0]

    @property
    def shown(self) -> str:
        """The evidence that the student sees: the rest of the message."""
        return self.message.partition("\n")[2]

    @property
    def evidence(self) -> str:
        """The evidence that the instructor sees: the detail without the sentence."""
        first, _, rest = self.detail.partition("\n")
        return rest if first == self.sentence else self.detail


class Task(msgspec.Struct, frozen=True):
    """One task: the points that it is worth, and those that were earned."""

    id: str
    title: str
    points: float
    score: float | None


class Record(msgspec.Struct, frozen=True):
    """One graded submission."""

    submission: str
    score: float | None
    max_score: float
    status: str
    message: str
    detail: str
    tasks: tuple[Task, ...]
    checks: tuple[Check, ...]
    notes: tuple[str, ...]
    seed: int
    sandbox: tuple[str, ...]
    data: str
    provisional: bool
    receipt: str

    def sentences(self) -> Iterator[str]:
        """Yield everything in the record that is worded by the engine or an author, once or more often."""
        yield self.message
        yield from self.notes
        yield from (task.title for task in self.tasks)
        for check in self.checks:
            yield check.title
            yield check.sentence


def read_records(folder: Path) -> dict[str, Record]:
    """Read the records in a folder, by submission. Raises `GoldenError` naming the file."""
    records = {}
    for path in sorted(folder.glob("*.json")):
        try:
            record = msgspec.json.decode(path.read_bytes(), type=Record)
        except msgspec.MsgspecError as error:
            raise GoldenError(f"{path} is not a record that can be compared: {error}") from error
        records[record.submission] = record
    return records
