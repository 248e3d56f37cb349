"""Results as web pages: a class, each submission in it, and an index of several assignments.

The pages need nothing from outside, carry no student's text but escaped, and allow (by a content security
policy) only their own style sheet and their own script.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import autograder
from autograder.checks.causes import UNTRIED
from autograder.checks.excerpts import Excerpt, places_in
from autograder.checks.pictures import Picture
from autograder.checks.verdicts import Verdict
from autograder.files import file_name, write_atomically
from autograder.ledger.records import CheckRecord, Origin, Result, TaskRecord
from autograder.reports.summary import (
    Bar,
    Summary,
    earned_all,
    histogram,
    needs_a_person,
    same_files,
    summarise,
    summarise_task,
    tasks_of,
    without_zeros,
)
from autograder.reports.wording import counted, mark, mark_text, once, points, regrade_first
from autograder.visible import visible

PAGES = Path(__file__).parent / "pages"
SEEN = {"public": "public", "hidden": "hidden: its inputs are not shown"}
PLOT_WIDTH, PLOT_HEIGHT = 560.0, 150.0


@dataclass(frozen=True)
class ListedReport:
    """A report that `write_index` lists; `link` is its path relative to the index, with slashes."""

    title: str
    link: str
    results: Sequence[Result]


@dataclass(frozen=True)
class Column:
    """A bar of the histogram where it is drawn."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Row:
    """A submission, the name of its page, whether a person is needed, and of what its grade is, if that is known."""

    result: Result
    file: str
    flagged: bool
    origin: Origin | None = None

    @property
    def link(self) -> str:
        """The page's name as part of a URL."""
        return quote(self.file)

    @property
    def name(self) -> str:
        """The name that the submission came with, if its id is another."""
        return self.origin.name if self.origin is not None and self.origin.name != self.result.submission else ""

    @property
    def why(self) -> str:
        """The reason why a person is needed, in words for that person."""
        if self.result.cause is None:
            return self.result.message
        if self.result.cause in UNTRIED:
            return UNTRIED[self.result.cause]
        return next((check.detail for check in self.result.checks if check.detail), "")


def page_file(folder: Path, submission: str) -> Path:
    """Return where the page of a submission is."""
    return folder / "report" / f"{file_name(submission)}.html"


def write_report(
    folder: Path, title: str, results: Sequence[Result], origins: Mapping[str, Origin] | None = None
) -> Path:
    """Write `folder/report.html` and a page for each submission under `folder/report/`.

    `title` is the assignment's; with `origins`, by submission, it says of what each grade is. Returns the path of
    `report.html`.
    """
    known = origins or {}
    rows = [
        Row(result, page_file(folder, result.submission).name, needs_a_person(result), known.get(result.submission))
        for result in sorted(results, key=lambda result: (not needs_a_person(result), result.submission.casefold()))
    ]
    summary = summarise(results)
    tasks = tasks_of(results)
    counted = without_zeros(results)
    for index, row in enumerate(rows):
        page = _submission_page(
            title,
            row,
            earlier=rows[index - 1] if index else None,
            later=rows[index + 1] if index + 1 < len(rows) else None,
        )
        write_atomically(folder / "report" / row.file, page)
    report = folder / "report.html"
    page = _render(
        "report.html.j2",
        title=title,
        assignments=sorted({result.assignment for result in results}),
        rows=rows,
        summary=summary,
        mixed=len(summary.maxima) > 1,
        same_files=same_files(results),
        columns=_columns(histogram(counted, summary.max_score)),
        tasks=[summarise_task(task, counted) for task in tasks],
    )
    write_atomically(report, page)
    return report


def student_page(title: str, result: Result, origin: Origin) -> str:
    """Return the page of a submission for its author: without what only the instructor may read."""
    return _submission_page(title, Row(result, "", False, origin), for_student=True)


def _submission_page(
    title: str, row: Row, *, earlier: Row | None = None, later: Row | None = None, for_student: bool = False
) -> str:
    """Render a page with first what is to be done, then, folded, what has earned all its points."""
    graded = row.result.tasks if row.result.checks else ()
    done = [task for task in graded if earned_all(task.score, task.points)]
    causes = once(row.result)
    checks_of = {task.id: [check for check in row.result.checks if check.task == task.id] for task in graded}
    in_order = [task for task in graded if task not in done] + done
    return _render(
        "submission.html.j2",
        title=title,
        row=row,
        result=row.result,
        flagged=row.flagged,
        earlier=earlier,
        later=later,
        for_student=for_student,
        open=[task for task in graded if task not in done],
        done=done,
        causes=causes,
        checks_of=checks_of,
        excerpts=_excerpts(row.result, causes, [check for task in in_order for check in checks_of[task.id]]),
    )


def write_index(folder: Path, reports: Sequence[ListedReport]) -> Path:
    """Write `folder/index.html`, which lists the reports of several assignments. Returns its path."""
    index = folder / "index.html"
    entries = [(report.title, quote(report.link), summarise(report.results)) for report in reports]
    write_atomically(index, _render("index.html.j2", entries=entries))
    return index


def _columns(bars: Sequence[Bar]) -> list[Column]:
    most = max((bar.count for bar in bars), default=0) or 1
    step = PLOT_WIDTH / max(len(bars), 1)
    return [
        Column(
            label=points(bar.start),
            count=bar.count,
            x=round((index + 0.1) * step, 1),
            y=round(PLOT_HEIGHT * (1 - bar.count / most), 1),
            width=round(0.8 * step, 1),
            height=round(PLOT_HEIGHT * bar.count / most, 1),
        )
        for index, bar in enumerate(bars)
    ]


def _grade(score: float | None, maximum: float) -> str:
    """The class name for a score: `full`, `part`, `none`, or `open` where it is not known."""
    if score is None:
        return "open"
    if earned_all(score, maximum):
        return "full"
    return "part" if score > 0 else "none"


def _task_score(result: Result, task_id: str) -> TaskRecord | None:
    return next((task for task in result.tasks if task.id == task_id), None)


def _excerpts(result: Result, causes: Mapping[Verdict, str], checks: Sequence[CheckRecord]) -> dict[str, Excerpt]:
    """Return the lines that are shown below what names them first: a note, a shared cause's evidence, a check's name.

    Of several lines that one text names, the last counts, which is the innermost call.
    """
    shown = {(excerpt.file, excerpt.line): excerpt for excerpt in result.excerpts}
    told = [verdict.evidence for verdict, cause in causes.items() if cause]
    texts = [*zip(result.notes, result.notes, strict=True), *zip(told, told, strict=True)]
    texts += [(check.name, check.quoted) for check in checks if check.verdict not in causes]
    found = {}
    for key, text in texts:
        for place in places_in(text)[-1:]:
            if place in shown:
                found[key] = shown.pop(place)
    return found


def _data_of(picture: Picture) -> Markup:
    """Return a picture as an address that holds it."""
    return Markup(f"data:image/png;base64,{base64.b64encode(picture.png).decode('ascii')}")


def _share(summary: Summary) -> str:
    return "–" if summary.mean is None or not summary.max_score else f"{summary.mean / summary.max_score:.0%}"


def _make_visible(value: object) -> object:
    """Return what page templates do to every value before they escape it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _own(name: str) -> Markup:
    """Return a file of this package that goes into the page as it is."""
    return Markup((PAGES / name).read_text(encoding="utf-8"))


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        finalize=_make_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _own("style.css"), _own("sort.js")
    environment.globals.update(
        style=style,
        script=script,
        policy=Markup(
            f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        ),
        version=autograder.__version__,
        plot_width=PLOT_WIDTH,
        plot_height=PLOT_HEIGHT,
        mark=mark,
        mark_text=mark_text,
        seen=SEEN,
        grade=_grade,
        task_score=_task_score,
        share=_share,
        data_of=_data_of,
        regrade_first=regrade_first,
        counted=counted,
    )
    environment.filters["points"] = points
    return environment


def _render(page: str, **values: Any) -> str:
    return _environment().get_template(page).render(**values)
