"""The handout's parts, its formulas, and the notebook that is made of a stub and them."""

import json

import pytest

from autograder.course.handout import sections, with_dollars
from autograder.course.notebooks import student_notebook
from autograder.student.notebook import read_notebook

TASKS = ["1.1", "1.2", "1.3", "2.1"]
HANDOUT = """# Lines

Hello.

## A slope (1.1 to 1.3)

See $`x`$.

```python
## no heading
```

## What to do

<!-- tasks -->
<!-- /tasks -->

## Part 2: more

Go on. <!-- answer -->
Good.

## In another module (3.1)

## The end
"""
STUB = '''import math


def slope(a):
    """A slope (task 1.1)."""
    raise NotImplementedError("Your code here.")


def height(a):
    """A height (task 1.1)."""
    raise NotImplementedError("Your code here.")


def line(a):
    """A line (task 2.1)."""
    raise NotImplementedError("Your code here.")


if __name__ == "__main__":
    print(line(1))
'''


def test_headings_name_their_tasks():
    named = [(part.text.partition("\n")[0], part.tasks) for part in sections(HANDOUT, TASKS)]
    assert named == [
        ("# Lines", ()),
        ("## A slope (1.1 to 1.3)", ("1.1", "1.2", "1.3")),
        ("## What to do", ()),
        ("## Part 2: more", ("2.1",)),
        ("## In another module (3.1)", ()),
        ("## The end", ()),
    ]


@pytest.mark.parametrize(
    ("heading", "tasks"),
    [
        ("## A (1.1, 2.1)", ("1.1", "2.1")),
        ("## A (1.2 and 2.1)", ("1.2", "2.1")),
        ("## A (1.1 to 1.2, 2.1)", ("1.1", "1.2", "2.1")),
        ("## A (1986)", ()),
        ("## A (9.9)", ()),
        ("## A 1.1", ()),
    ],
)
def test_forms_of_headings(heading, tasks):
    [part] = sections(heading, TASKS)
    assert part.tasks == tasks


def test_formulas_for_jupyter():
    text = "a $`x_1`$ b\n```math\nx^2\n```\n```python\n$`x`$\n```\n`$`"
    assert with_dollars(text) == "a $x_1$ b\n$$\nx^2\n$$\n```python\n$`x`$\n```\n`$`"


def test_text_code_and_checks_stand_in_the_order_of_the_work():
    content = student_notebook(STUB, sections(HANDOUT, [*TASKS, "3.1"]), ["1.2"])
    cells = [("".join(cell["source"]).partition("\n")[0], cell["cell_type"]) for cell in json.loads(content)["cells"]]
    assert [text for text, _ in cells] == [
        "# Lines",
        "## What to do",
        "Save the notebook before you run a check: what is judged is the file.",
        "%matplotlib inline",
        "import math",
        "## A slope (1.1 to 1.3)",
        "def slope(a):",
        "def height(a):",
        "!python -m pytest -q -k 1.1",
        "## Part 2: more",
        "",
        "Good.",
        "def line(a):",
        "!python -m pytest -q -k 2.1",
        "!python -m pytest -q -k 1.2",
        "## The end",
        'if __name__ == "__main__":',
    ]
    names = [cell["id"] for cell in json.loads(content)["cells"]]
    assert len(set(names)) == len(names)


def test_what_only_checks_is_left_out_when_it_is_graded():
    content = student_notebook(STUB, sections(HANDOUT, TASKS))
    code = "".join(cell.source for cell in read_notebook(content).cells)
    assert "pytest" not in code and "def slope" in code
