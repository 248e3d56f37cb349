"""A table for those who mark: it goes out as CSV, is filled in, and comes back."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.course.manifest import Manifest, Task, Written
from autograder.errors import UserError
from autograder.intake.submission import RECEIPT_LENGTH, Source
from autograder.ledger.marking import Given
from autograder.ledger.records import DECIMALS, Mark, Result
from autograder.reports.csvfile import cell, number, protected, unprotected
from autograder.reports.wording import points
from autograder.visible import visible

HEAD = ("submission", "name", "handed_in", "task")
TAIL = ("points", "comment", "marker", "marked_by", "mark", "receipt")
NEEDED = ("submission", "task", "points", "comment", "marker", "mark")
RECEIPT = re.compile(rf"[0-9a-f]{{{RECEIPT_LENGTH}}}")
SUM = re.compile(r"\s*\+\s*")


class MarkError(UserError):
    """Points or a sheet that cannot be used; the message says where, and what mends it."""


@dataclass(frozen=True)
class Line:
    """A row of the table: a part of a submission that is to be marked, or was."""

    source: Source
    result: Result
    part: Task | Written
    mark: Mark | None


@dataclass(frozen=True)
class Known:
    """The data that complete a table: result and marks of each submission, and who marked where the table is silent."""

    manifest: Manifest
    results: Mapping[str, Result]
    marks: Mapping[str, Sequence[Mark]]
    marker: str
    now: datetime


def columns(written: Sequence[Written]) -> list[str]:
    """The heads of the columns for the items of all rubrics."""
    return [_column(part, index) for part in written for index in range(len(part.rubric))]


def sheet(lines: Sequence[Line], written: Sequence[Written], marker: str = "") -> str:
    """One row for each part of a submission, with the mark that it has, and with `marker` for whoever fills it in."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    of_items = columns(written)
    writer.writerow([*HEAD, *of_items, *TAIL])
    for line in lines:
        mark = line.mark
        items = _items_of(line.part, mark)
        writer.writerow(
            [
                cell(line.source.id),
                cell(line.source.owner),
                cell(line.source.shown),
                line.part.id,
                *(items.get(column, "") for column in of_items),
                number(mark.points) if mark is not None else "",
                protected(mark.comment) if mark is not None else "",
                cell(marker),
                cell(mark.marker) if mark is not None else "",
                mark.number if mark is not None else "",
                line.result.receipt,
            ]
        )
    return stream.getvalue()


def rubric(manifest: Manifest) -> str:
    """The rubric of each written part in Markdown."""
    return "\n".join(line for part in manifest.written for line in _rubric(part))


def _rubric(part: Written) -> Iterator[str]:
    yield f"# {part.id} {part.title} ({points(part.points)} points, {part.file})\n"
    for item in part.rubric:
        yield f"- **{item.item}** ({points(item.points)}). All of it for, say: {item.anchor}"
    yield ""


def read_sheet(path: Path, known: Known) -> Iterator[Given | MarkError]:
    """The marks in a table that differ from those that it went out with; a complaint in place of one that is unusable.

    Raises `MarkError` where the file is no such table.
    """
    text = _text_of(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        head = [name.strip() for name in next(reader, [])]
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise MarkError(f"{path}, line {reader.line_num}: not a table ({error}).") from error
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise MarkError(f"{path}: no column {missing[0]!r}: begin with the table that `autograder marks` writes.")
    ids = {cell(submission): submission for submission in known.results}
    for number_of_line, row in rows:
        if not any(map(str.strip, row)):
            continue
        fields = dict.fromkeys(head, "") | dict(zip(head, row, strict=False))
        where = f"{path}, line {number_of_line}"
        try:
            given = _given(fields, where, ids.get(fields["submission"].strip()), known)
        except MarkError as error:
            yield MarkError(f"{where}: {error}")
        else:
            if given is not None:
                yield given


def given_points(text: str, part: Task | Written) -> tuple[float, tuple[float, ...]]:
    """The points that a text says, and those for each item of a rubric where it is a sum, such as `3+2.5+1`.

    Raises `MarkError` where it is neither, or more than the part is worth.
    """
    values = [_number(value, part.points) for value in SUM.split(text.strip())]
    if len(values) == 1:
        return values[0], ()
    rubric = part.rubric if isinstance(part, Written) else ()
    if len(values) != len(rubric):
        items = f"{len(rubric)} items" if rubric else "no rubric"
        raise MarkError(f"{text}: {len(values)} numbers, but task {part.id} has {items}.")
    for value, item in zip(values, rubric, strict=True):
        if value > item.points:
            raise MarkError(f"{text}: {points(value)} is more than {points(item.points)}, the most for {item.item!r}.")
    return round(sum(values), DECIMALS), tuple(values)


def part_of(manifest: Manifest, task: str) -> Task | Written:
    """The part with this number. Raises `MarkError` for any other."""
    part = manifest.part(task)
    if part is None:
        raise MarkError(f"there is no task {task!r}: there are {', '.join(one.id for one in manifest.parts)}.")
    return part


def require_reason(part: Task | Written, comment: str) -> None:
    """Raise `MarkError` where points that the grader gave would be changed without a reason."""
    if isinstance(part, Task) and not comment:
        raise MarkError(f"task {part.id} is the grader's: say in a comment why its points are changed.")


def _given(fields: Mapping[str, str], where: str, submission: str | None, known: Known) -> Given | None:
    """The mark that a row holds for a submission; `None` where nothing was entered."""
    if submission is None:
        raise MarkError(f"{fields['submission']!r} has no grade in this folder.")
    part = part_of(known.manifest, fields["task"].strip())
    base = _base(fields["mark"].strip(), known.marks[submission])
    entered = {name: fields.get(name, "").strip() for name in ("points", *_rubric_columns(part))}
    comment = _typed(fields["comment"].replace("\r\n", "\n"))
    if not any(entered.values()):
        if comment or base is not None:
            raise MarkError("no points. (To take a mark back: autograder mark SUBMISSION TASK none)")
        return None
    earned, items = _earned(part, entered, base)
    if base is not None and base.says == (earned, items, comment):
        return None
    require_reason(part, comment)
    marker = _typed(fields["marker"]) or known.marker
    if not marker:
        raise MarkError("nobody in the column `marker`: fill it in, or say --marker NAME.")
    receipt = fields.get("receipt", "").strip()
    mark = Mark(
        part=part.id,
        title=part.title,
        out_of=part.points,
        points=earned,
        items=items,
        comment=comment,
        marker=marker,
        marked_at=known.now,
        receipt=receipt if RECEIPT.fullmatch(receipt) else known.results[submission].receipt,
    )
    return Given(submission, mark, base.number if base is not None else None, where)


def _base(text: str, marks: Sequence[Mark]) -> Mark | None:
    """The mark that a row went out with."""
    if not text:
        return None
    found = next((mark for mark in marks if str(mark.number) == text.removesuffix(".0")), None)
    if found is None:
        raise MarkError(f"mark {text!r} is not one of this submission's: leave the column `mark` as it was.")
    return found


def _earned(part: Task | Written, entered: Mapping[str, str], base: Mark | None) -> tuple[float, tuple[float, ...]]:
    """The points of a row: the sum of its items where these are there, and all of them."""
    items = [entered[name] for name in _rubric_columns(part)]
    if not any(items):
        return given_points(entered["points"], part)
    if not all(items):
        raise MarkError("points for some items of the rubric: fill in all of them, or none.")
    earned, values = given_points("+".join(items), part)
    said = entered["points"]
    as_it_was = base is not None and base.points is not None and said == number(base.points)
    if said and not as_it_was and abs(_number(said, part.points) - earned) > 1e-9:
        raise MarkError(f"the items make {points(earned)}, the column `points` says {said}: empty it.")
    return earned, values if len(values) > 1 else ()


def _number(text: str, most: float) -> float:
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        raise MarkError(f"{text!r} is not a number.") from None
    if not 0 <= value <= most:
        raise MarkError(f"{text} is not between 0 and {points(most)}, what it is worth.")
    if abs(value - round(value, DECIMALS)) > 1e-9:
        raise MarkError(f"{text}: points have at most two decimals.")
    return value


def _items_of(part: Task | Written, mark: Mark | None) -> dict[str, str]:
    if mark is None or not mark.items:
        return {}
    return dict(zip(_rubric_columns(part), map(number, mark.items), strict=False))


def _rubric_columns(part: Task | Written) -> list[str]:
    return columns([part]) if isinstance(part, Written) else []


def _column(part: Written, index: int) -> str:
    item = part.rubric[index]
    return f"{part.id} {item.item} (of {points(item.points)})"


def _typed(text: str) -> str:
    return visible(unprotected(text)).strip()


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MarkError(f"{path} cannot be read: {error.strerror}.") from error
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise MarkError(f"{path}: not UTF-8 text (byte {error.start}): save it as CSV UTF-8.") from error


def _delimiter(text: str) -> str:
    """Return what parts the columns: some spreadsheets write a semicolon or a tab."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)
