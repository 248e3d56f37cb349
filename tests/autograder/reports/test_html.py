import base64
import hashlib
import io
import re
from dataclasses import replace
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from autograder.checks.excerpts import Excerpt
from autograder.checks.pictures import FigureSnapshot, picture_of
from autograder.checks.verdicts import Verdict
from autograder.ledger.records import Origin
from autograder.outcomes import Cause, Outcome, Status
from autograder.reports.html import ListedReport, student_page, write_index, write_report
from autograder.reports.jsonfile import result_json

HOSTILE = "</script></pre></title><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='x' {{ 7*7 }} &amp;"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Reads a page as a browser would: elements, text, and whether what is opened is closed in order."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(self.source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def content(self, tag: str) -> str:
        return re.search(rf"<{tag}>(.*?)</{tag}>", self.source, re.DOTALL)[1]


@pytest.fixture
def report(tmp_path, a_class):
    return write_report(tmp_path, "The perceptron", a_class)


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_report_and_a_page_for_each_submission(report, tmp_path):
    assert report == tmp_path / "report.html"
    assert len(list((tmp_path / "report").iterdir())) == 12


def test_every_link_leads_to_a_file(report, tmp_path):
    for page in [report, *(tmp_path / "report").iterdir()]:
        links = [link["href"] for link in Page(page).all("a") if not link["href"].startswith("#")]
        assert links
        for link in links:
            assert (page.parent / unquote(link)).is_file()


def test_the_summary_line(report):
    assert "12 submissions, mean 7.65 and median 8.25 of 10 points, 2 with full marks, 2 need a person." in words(
        Page(report).text
    )


def test_who_needs_a_person_stands_first(report):
    text = words(Page(report).text)
    head, table = text.split("Status", 1)
    assert "linus refused The archive is damaged" in head
    assert re.findall(r"grace|linus|ada|alan", table)[:4] == ["grace", "linus", "ada", "alan"]


def test_a_zero_with_one_cause_is_listed_with_it(tmp_path, make_result):
    failed = dict.fromkeys(("test_weighted_sum", "test_batch"), Outcome.ERROR)
    zero = make_result("alan", failed, score=0.0, cause=Cause.NOT_LOADED)
    text = words(Page(write_report(tmp_path, "The perceptron", [make_result("ada"), zero])).text)
    listed = text.partition("For a person to look at")[2].partition("Scores")[0]
    assert "alan graded, does not load" in listed
    assert "The shape is (3, 1), expected (1, 3)." in listed
    assert "mean 10 and median 10 of 10 points, 1 with full marks, 1 needs a person." in text
    assert "Mean and median leave out 1 zero with one cause." in text
    assert "1 from 10." in text and "Without 1 zero with one cause." in text
    assert "no score yet" not in text


def test_nobody_needs_a_person(tmp_path, make_result):
    text = words(Page(write_report(tmp_path, "The perceptron", [make_result("ada")])).text)
    assert "1 submission, mean 10" in text
    assert "none needs a person" in text
    assert "For a person to look at" not in text


def test_the_histogram_counts_every_score(report):
    page = Page(report)
    bars = [bar for bar in page.all("rect") if bar.get("class") == "bar"]
    assert len(bars) == 5
    assert max(float(bar["height"]) for bar in bars) == 150
    assert "1 from 0, 3 from 7, 2 from 8, 2 from 9, 2 from 10." in words(page.text)
    assert "Without the 2 that have no score yet." in words(page.text)


def test_each_task_says_who_earned_it_and_what_failed(report):
    text = words(Page(report).text)
    assert "2.1 The training loop 8 of 10 2.4 of 3 A new perceptron learns AND. (2)" in text


def test_the_page_of_one_submission(report, tmp_path):
    page = Page(tmp_path / "report" / "barbara.html")
    text = words(page.text)
    assert "7.5 of 10 points graded" in text
    assert "1.1 The neuron 1 of 2" in text
    hidden = "hidden: its inputs are not shown, weight 1"
    assert f"✗ A neuron takes a batch, one sample in each column. wrong answer {hidden}" in text
    assert "Sandboxuid, landlock, seccomp, rlimits" in text


def test_the_detail_is_folded_and_marked(report, tmp_path):
    page = Page(tmp_path / "report" / "barbara.html")
    assert all("open" not in details for details in page.all("details"))
    assert page.text.count("For the instructor") == 2
    outside = re.sub(r"<details>.*?</details>", "", page.source, flags=re.DOTALL)
    assert "inputs drawn from seed" in page.source
    assert "inputs drawn from seed" not in outside


def test_a_detail_that_repeats_the_message_is_left_out(tmp_path, make_result):
    result = make_result("ada", {"test_batch": Outcome.WRONG})
    checks = tuple(replace(check, verdict=replace(check.verdict, evidence="")) for check in result.checks)
    write_report(tmp_path, "The perceptron", [replace(result, checks=checks)])
    assert "For the instructor" not in Page(tmp_path / "report" / "ada.html").text


def test_the_detail_of_the_submission_is_folded_too(tmp_path, make_result):
    result = make_result("ada", message="It is damaged.", detail="byte 17")
    write_report(tmp_path, "The perceptron", [result])
    page = Page(tmp_path / "report" / "ada.html")
    assert page.text.count("For the instructor") == 1
    assert re.search(r"<details>.*byte 17.*</details>", page.source, re.DOTALL)


def test_what_is_to_be_done_stands_first_and_what_passed_is_folded(report, tmp_path):
    page = Page(tmp_path / "report" / "barbara.html")
    text = words(page.text)
    assert text.index("1.1 The neuron 1 of 2") < text.index("1.3 The update rule") < text.index("Done ✓ 1.2")
    failed, folded = text.index("A neuron takes a batch"), text.index("1 check passed")
    assert failed < folded < text.index("A neuron adds its bias")
    done = page.source[page.source.index('id="done"') :]
    assert "<details>" in done and "One update moves" not in done


def test_the_page_for_its_author_has_nothing_of_the_instructors(tmp_path, a_class):
    origin = Origin("Ada Byron", "private/ada", datetime(2026, 11, 30, 9, 0, tzinfo=timezone.utc), "abc123")
    for result in a_class:
        page = student_page("The perceptron", result, origin)
        for secret in ("For the instructor", "inputs drawn from seed", "private/ada", "All submissions", "Seed"):
            assert secret not in page
        assert "Ada Byron" in page and "grade abc123" in page


def test_the_named_line_is_marked_once_and_a_picture_is_described(tmp_path, make_result):
    result = make_result(
        "ada",
        {"test_weighted_sum": Outcome.ERROR, "test_threshold": Outcome.ERROR},
        excerpts=(Excerpt("neuron.py", 12, 11, ("def forward(self, x):", "    return x.T @ self.w  # </pre>")),),
    )
    pixels = np.full((240, 320, 3), 255, dtype=np.uint8)
    pixels[100:140] = 0
    figure = FigureSnapshot(pixels, np.array([[0.0, 9.0, -1.0, 1.0]]), ("Loss <b>",), ("epoch",), ("",), (("a",),))
    pictured = tuple(replace(check, picture=picture_of(figure)) for check in result.checks[:1])
    result = replace(result, checks=(*pictured, *result.checks[1:]))
    write_report(tmp_path, "The perceptron", [result])
    page = Page(tmp_path / "report" / "ada.html")
    assert page.content("mark") == "→  12      return x.T @ self.w  # &lt;/pre&gt;"
    assert page.source.count("<mark>") == 1
    (image,) = page.all("img")
    assert image["alt"] == (
        "Your figure, without its axes. Title: “Loss <b>”. "
        "Across: “epoch”, 0 to 9. Up: one without a label, -1 to 1. Legend: “a”."
    )
    shown = Image.open(io.BytesIO(base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))))
    assert np.array_equal(np.array(shown.convert("RGB")), pixels)
    assert b"picture" not in result_json(result) and b"excerpts" not in result_json(result)


def test_a_submission_without_checks_says_so(report, tmp_path):
    text = words(Page(tmp_path / "report" / "linus.html").text)
    assert "No score of 10 points refused The archive is damaged" in text
    assert "No check ran." in text


def test_pages_need_nothing_from_outside(report, tmp_path, a_class):
    index = write_index(tmp_path, [ListedReport("The perceptron", "report.html", a_class)])
    for path in [report, index, *(tmp_path / "report").iterdir()]:
        page = Page(path)
        assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "form", "base"}
        assert not any(name in ("src", "style") or name.startswith("on") for _, a in page.elements for name in a)
        assert not re.search(r"url\(|@import|https?:", page.source)


def test_the_policy_allows_the_own_script_and_style_alone(report):
    page = Page(report)
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)

    def digest(content: str) -> str:
        return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()

    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest(page.content('script'))}'" in policy
    assert f"style-src 'sha256-{digest(page.content('style'))}'" in policy
    assert "unsafe" not in policy


@pytest.fixture
def hostile(make_result):
    result = make_result(
        f"eve/../{HOSTILE}",
        {"test_batch": Outcome.ERROR},
        message=HOSTILE,
        detail=HOSTILE,
        notes=(HOSTILE,),
        status=Status.NEEDS_REVIEW,
        versions={HOSTILE: HOSTILE},
        data=HOSTILE,
        sandbox=(HOSTILE,),
    )
    verdict = Verdict(Outcome.ERROR, HOSTILE, HOSTILE)
    checks = tuple(
        replace(check, title=HOSTILE, verdict=verdict if check.name.endswith("test_batch") else check.verdict)
        for check in result.checks
    )
    tasks = tuple(replace(task, title=HOSTILE) for task in result.tasks)
    return replace(result, checks=checks, tasks=tasks)


def test_hostile_text_stays_text(tmp_path, hostile, make_result):
    harmless = make_result("ada", {"test_batch": Outcome.ERROR}, message="x", notes=("x",), status=Status.NEEDS_REVIEW)
    expected = Page(write_report(tmp_path / "harmless", "The perceptron", [harmless]))
    report = Page(write_report(tmp_path / "hostile", HOSTILE, [hostile]))
    assert [tag for tag, _ in report.elements] == [tag for tag, _ in expected.elements]
    assert len(report.all("script")) == 1
    (path,) = (tmp_path / "hostile" / "report").iterdir()
    page = Page(path)
    assert page.all("script") == []
    assert page.all("img") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert page.text.count(HOSTILE) > 10
    index = Page(write_index(tmp_path, [ListedReport(HOSTILE, "hostile/report.html", [hostile])]))
    assert index.all("script") == []
    assert HOSTILE in index.text


def test_control_and_direction_characters_are_made_visible(tmp_path, make_result):
    result = make_result("ada\u202e", message="\x1b[2J\x00\x08 \u202eevil\u2066 \ud800")
    write_report(tmp_path, "The perceptron", [result])
    (path,) = (tmp_path / "report").iterdir()
    for source in (path.read_text(encoding="utf-8"), (tmp_path / "report.html").read_text(encoding="utf-8")):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", source)
    assert "␛[2J␀␈ ⟨U+202E⟩evil⟨U+2066⟩ ⟨U+D800⟩" in Page(path).text


def test_the_same_results_give_the_same_pages(tmp_path, a_class):
    first = write_report(tmp_path / "a", "The perceptron", a_class).read_bytes()
    second = write_report(tmp_path / "b", "The perceptron", tuple(reversed(a_class))).read_bytes()
    assert first == second


def test_the_index_lists_several_assignments(tmp_path, a_class):
    index = write_index(
        tmp_path,
        [
            ListedReport("The perceptron", "03_perceptron/report.html", a_class),
            ListedReport("A network that learns XOR", "04_xor/report.html", a_class[:2]),
        ],
    )
    page = Page(index)
    text = words(page.text)
    assert "The perceptron 12 7.65 of 10 (76%) 2" in text
    assert "A network that learns XOR 2 9.25 of 10 (92%) none" in text
    links = [link["href"] for link in page.all("a") if not link["href"].startswith("#")]
    assert links == ["03_perceptron/report.html", "04_xor/report.html"]


def test_a_class_without_any_score(tmp_path, a_class):
    text = words(Page(write_report(tmp_path, "The perceptron", [a_class[10]])).text)
    assert "mean – and median – of 10 points" in text
    index = write_index(tmp_path, [ListedReport("The perceptron", "report.html", [a_class[10]])])
    assert "1 – of 10 1" in words(Page(index).text)
