"""The command `autograder`: what a student, a teacher and an author may ask for.

A command's module is imported when it runs, so that help comes at once.
"""

import importlib
import io
import signal
import sys
from pathlib import Path
from typing import Any

import click

import autograder
from autograder.cli.ending import INTERRUPTED, WRONG_USAGE, stop
from autograder.errors import GraderFault, UserError

FORMATS = ("student", "gradescope", "otter", "nbgrader")
TIMES = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z")

DESPITE_REFERENCE = "Grade, and mark every result, even where the reference does not have full marks."
PLAIN = "Say in words what a sign or a colour would, as with NO_COLOR."
WORDS_ONLY = click.option("--plain", is_flag=True, expose_value=False, help="Changes nothing: this says words only.")
THOROUGH = (
    "Take hours: break each function, too, change the reference in small ways (by cosmic-ray), try many more odd "
    "values and all garbage, and grade the bank under twenty seeds, then five times under one."
)
EXCEL = "Write grades-excel.csv, which Excel opens as it is, beside grades.csv."


SECTIONS = {
    "For students": ("check", "next", "hint", "trace", "reset", "submit", "list", "data"),
    "For teachers": (
        *("grade", "regrade", "history", "undo", "feedback", "mark", "marks", "merge-marks", "verify-grades"),
        *("doctor", "demo"),
    ),
    "For authors": ("build", "prove", "release"),
}


class Commands(click.Group):
    """Commands that end with a sentence on stderr, not with a traceback, where something cannot be used."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by who calls them, a student's first."""
        for section, names in SECTIONS.items():
            with formatter.section(section):
                limit = formatter.width - 6 - max(map(len, self.commands))
                formatter.write_dl([(name, self.commands[name].get_short_help_str(limit)) for name in names])

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was asked for."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return super().invoke(context)
        except (UserError, GraderFault, OSError) as error:
            stop(str(error), WRONG_USAGE)
        except KeyboardInterrupt:
            stop("Interrupted. The work done so far is kept.", INTERRUPTED)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(autograder.__version__, prog_name="autograder")
@click.option("--plain", is_flag=True, help=PLAIN)
@click.pass_context
def main(context: click.Context, plain: bool) -> None:
    """Check your work on deep-learning assignments; grade other people's in a sandbox.

    Alone, in the folder of an assignment: say where you stand.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if plain:
        context.default_map = {name: {"plain": True} for name in SECTIONS["For students"]}
    if context.invoked_subcommand is None and not _run("student", "where", plain=plain):
        click.echo(context.get_help())


def _run(module: str, command: str, **given: Any) -> Any:
    """Import the module of a command, and run it."""
    return getattr(importlib.import_module(f"autograder.cli.{module}"), command)(**given)


@main.command("list")
@WORDS_ONLY
def list_() -> None:
    """List the assignments of this course."""
    _run("student", "list_")


@main.command()
@WORDS_ONLY
def data() -> None:
    """Show which images are available for training, and fetch MNIST if it is missing."""
    _run("student", "data")


@main.command()
@click.argument("words", metavar="[ASSIGNMENT] [TASK]", nargs=-1)
@click.option("-v", "--verbose", "everything", is_flag=True, help="Show the checks that pass, too.")
@click.option("--plain", is_flag=True, help=PLAIN)
def check(**given: Any) -> None:
    """Run the public checks on your work: all, or those of a task.

    They run in the sandbox if there is one, as the grader's do. Without ASSIGNMENT: the one whose folder you are in.
    TASK is one of its tasks, such as 2.2, or a part, such as 2.
    """
    _run("student", "check", **given)


@main.command("next")
@click.argument("assignment", required=False)
@click.option("--plain", is_flag=True, help=PLAIN)
def next_(**given: Any) -> None:
    """Show the first open task, where it stands, its failing check."""
    _run("student", "next_", **given)


@main.command()
@click.argument("words", metavar="[ASSIGNMENT] [TASK]", nargs=-1)
@click.option("--step", type=click.IntRange(1, 3), help="Up to which step [default: one more than last time].")
@WORDS_ONLY
def hint(**given: Any) -> None:
    """Give a hint on a task, one step more each time.

    The steps are a question, the idea, the formula. Without TASK: the first one that is open.
    """
    _run("tasks", "hint", **given)


@main.command()
@click.argument("words", metavar="[ASSIGNMENT] TASK", nargs=-1, required=True)
@click.option("--check", "name", default="", help="Which check [default: the first that fails, or else the first].")
@click.option("--plain", is_flag=True, help=PLAIN)
def trace(**given: Any) -> None:
    """Run one check of a task, and show what each of your lines changes.

    Nothing but your own functions is shown, and they run in this process, without a sandbox.
    """
    _run("tasks", "trace", **given)


@main.command()
@click.argument("words", metavar="[ASSIGNMENT] TASK", nargs=-1, required=True)
@WORDS_ONLY
def reset(**given: Any) -> None:
    """Put the functions of a task back; yours are kept aside."""
    _run("tasks", "reset", **given)


@main.command()
@click.argument("assignment", required=False)
@click.option("--output", type=click.Path(path_type=Path), help="Where to [default: ASSIGNMENT-submission.zip].")
@click.option("--yes", is_flag=True, help="Do not ask.")
@WORDS_ONLY
def submit(**given: Any) -> None:
    """Check your work, list what is open, and pack it to hand in.

    Without ASSIGNMENT: the one whose folder you are in.
    """
    _run("student", "submit", **given)


@main.command()
@click.argument("assignment")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Where results go [default: grades/ASSIGNMENT].")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="One seed for all, instead of the course's secret.")
@click.option("--jobs", type=click.IntRange(1), help="Submissions graded at a time [default: by cores and memory].")
@click.option("--one", is_flag=True, help="Each PATH is one submission, never a class.")
@click.option("--before", type=click.DateTime(TIMES), help="Of a git clone, take the last commit before this time.")
@click.option("--dask", metavar="ADDRESS", help="Grade on the workers of this Dask cluster, such as tcp://head:8786.")
@click.option("--cold", is_flag=True, help="Start every process from scratch, not as the fork of a warm one.")
@click.option("--replace", is_flag=True, help="Replace grades of submissions in another folder without asking.")
@click.option("--despite-reference", is_flag=True, help=DESPITE_REFERENCE)
@click.option("--excel", is_flag=True, help=EXCEL)
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON and nothing else.")
@click.option("--allow-weak-sandbox", is_flag=True, help="Grade even where a submission could read the checks.")
def grade(**given: Any) -> None:
    """Grade submissions: files, folders, zips, notebooks, or folders that hold a class of them.

    The exit status is 3 if a submission needs a person or a score fell.
    """
    _run("teacher", "grade", **given)


@main.command()
@click.argument("assignment")
@click.option("--preview", "only_show", is_flag=True, help="Write nothing: list the scores that would change.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the grades [default: grades/ASSIGNMENT].")
@click.option("--jobs", type=click.IntRange(1), help="Submissions graded at a time [default: by cores and memory].")
@click.option("--despite-reference", is_flag=True, help=DESPITE_REFERENCE)
@click.option("--excel", is_flag=True, help=EXCEL)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@click.option("--allow-weak-sandbox", is_flag=True, help="Grade even where a submission could read the checks.")
def regrade(**given: Any) -> None:
    """Grade again wherever a check, the grader or a library has changed since.

    The exit status is 3 if a score fell or, with --preview, would fall.
    """
    _run("teacher", "regrade", **given)


@main.command()
@click.argument("submission")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of its grades [default: grades/*].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def history(**given: Any) -> None:
    """Show every grade that a submission has had, and why it changed."""
    _run("teacher", "history", **given)


@main.command()
@click.argument("assignment")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the grades [default: grades/ASSIGNMENT].")
def undo(**given: Any) -> None:
    """Put back the grades that the last run of `grade` or `regrade` replaced, and take back those that were new."""
    _run("teacher", "undo", **given)


@main.command()
@click.argument("assignment")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the grades [default: grades/ASSIGNMENT].")
def feedback(**given: Any) -> None:
    """Write feedback for the author of each graded submission: `feedback/NAME.txt` and `.html`.

    From then on `grade`, `regrade` and `undo` keep these files up to date.
    """
    _run("teacher", "feedback", **given)


@main.command()
@click.argument("submission")
@click.argument("task")
@click.argument("given", metavar="POINTS")
@click.option("--comment", default="", help="For the student; needed where it changes the grader's points.")
@click.option("--marker", help="The marker's name [default: the name you are logged in with].")
@click.option("--assignment", help="The assignment, if the submission has grades in several.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the grades [default: grades/*].")
@click.option("--replace", is_flag=True, help="Replace other people's marks.")
def mark(**given: Any) -> None:
    """Give points by hand: for a written part, or, with a reason, in place of the grader's for a task.

    POINTS is a number, the points for each item of the rubric, such as 3+2.5+1+2, or `none` to take a mark back. Marks
    stay through every regrade. The exit status is 3 if another person's mark stays.
    """
    _run("marking", "mark", **given)


@main.command()
@click.argument("assignment")
@click.option("--marker", "markers", multiple=True, help="Deal the submissions among these persons, a table for each.")
@click.option("--to", type=click.Path(path_type=Path), help="Where tables go [default: grades/ASSIGNMENT/marking].")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the grades [default: grades/ASSIGNMENT].")
def marks(**given: Any) -> None:
    """Write tables to be filled in by those who mark, the texts that they read, and the rubric."""
    _run("marking", "marks", **given)


@main.command("merge-marks")
@click.argument("assignment")
@click.argument("sheets", metavar="TABLE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--marker", help="The marker's name, if a table does not give it.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the grades [default: grades/ASSIGNMENT].")
@click.option("--replace", is_flag=True, help="Replace other people's marks.")
def merge_marks(**given: Any) -> None:
    """Keep the marks in tables that were filled in. List conflicts with other persons' marks, which stay.

    The exit status is 3 after such a conflict, or a row that cannot be read.
    """
    _run("marking", "merge_marks", **given)


@main.command("verify-grades")
@click.argument("assignment")
@click.argument("recorded", type=click.Path(path_type=Path, exists=True))
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Submissions graded at a time [default: by cores and memory].")
@click.option("--one", is_flag=True, help="Each PATH is one submission, never a class.")
def verify_grades(**given: Any) -> None:
    """Compare the grades that nbgrader or Otter recorded with a regrade, and list the differences.

    RECORDED is nbgrader's gradebook.db, Otter's final_grades.csv or results.json, or a folder of such results. The exit
    status is 3 if they differ.
    """
    _run("teacher", "verify_grades", **given)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON and nothing else.")
def doctor(**given: Any) -> None:
    """Check whether this machine can grade safely.

    The exit status is 0 if grading other people's work is safe, and 3 if `grade` would refuse or a trial could read the
    checks.
    """
    _run("teacher", "doctor", **given)


@main.command()
@click.option("--output", type=click.Path(path_type=Path), help="Where results go [default: grades/demo].")
def demo(**given: Any) -> None:
    """Grade the sample class of every assignment, and say where the report is."""
    _run("teacher", "demo", **given)


@main.command()
@click.argument("name", metavar="NN_SLUG")
def new(**given: Any) -> None:
    """Begin an assignment: write a small, sound one in all its folders, to be changed piece by piece."""
    _run("author", "new", **given)


@main.command()
@click.argument("assignments", metavar="[ASSIGNMENT]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; fail when something is out of date.")
def build(**given: Any) -> None:
    """Generate stubs and the handouts' task tables from references and manifests."""
    _run("author", "build", **given)


@main.command()
@click.argument("assignments", metavar="[ASSIGNMENT]...", nargs=-1)
@click.option("--thorough", is_flag=True, help=THOROUGH)
def prove(**given: Any) -> None:
    """Check whether assignments are sound, and say how to mend their checks, banks and handouts.

    Ends with 1 where something is.
    """
    _run("author", "prove", **given)


@main.command()
@click.argument("assignments", metavar="[ASSIGNMENT]...", nargs=-1)
@click.option("--format", "chosen", type=click.Choice([*FORMATS, "all"]), default="all", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="Where packages go [default: release/dist].")
def release(**given: Any) -> None:
    """Build packages: what students get, and what other graders get.

    Without ASSIGNMENT: all but drafts.
    """
    _run("author", "release", **given)
