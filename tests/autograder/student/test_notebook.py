import json
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.student.notebook import Cell, NotebookError, read_notebook, without_magics


def notebook(*sources, **extra) -> bytes:
    cells = [{"cell_type": "code", "source": source, "outputs": [], **extra} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def test_code_cells_are_numbered_from_1_and_others_left_out():
    cells = [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "source": ["x = 1\n", "y = 2"]},
        {"cell_type": "raw", "source": "raw"},
        {"cell_type": "code", "source": ""},
        {"cell_type": "code", "source": "z = 3"},
    ]
    read = read_notebook(json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert read.cells == (Cell(1, "x = 1\ny = 2"), Cell(2, ""), Cell(3, "z = 3"))
    assert read.notes == ()


def test_format_3_is_read():
    sheets = [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}, {"cell_type": "heading"}]}]
    document = {"nbformat": 3, "metadata": {}, "worksheets": sheets}
    assert read_notebook(json.dumps(document).encode()).cells == (Cell(1, "x = 1\ny = 2"),)


def test_outputs_of_50_mb_are_ignored():
    outputs = [{"output_type": "stream", "text": "x" * 50_000_000}]
    assert read_notebook(notebook("x = 1", outputs=outputs)).cells == (Cell(1, "x = 1"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_editors_write(encoding):
    assert read_notebook(notebook("x = 'é'").decode().encode(encoding)).cells == (Cell(1, "x = 'é'"),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "invalid JSON"),
        (b"x = 1", "invalid JSON"),
        (b'{"cells": [', "invalid JSON"),
        (b'{"cells": "\xff"}', "invalid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1]", "not a notebook"),
        (b'{"cells": {}}', "not a notebook"),
        (b'{"cells": [1]}', "not a notebook"),
        (b'{"worksheets": [3]}', "not a notebook"),
        (b'{"worksheets": 3}', "not a notebook"),
        (b'{"cells": [{"cell_type": "code", "source": 3}]}', "source is not text"),
        (b'{"cells": [{"cell_type": "code", "source": [null]}]}', "source is not text"),
        (b'{"cells": []}', "holds no code"),
        (b'{"worksheets": []}', "holds no code"),
        (b'{"cells": [{"cell_type": "code", "source": " \\n"}]}', "holds no code"),
        (b'{"cells": [{"cell_type": "markdown", "source": "x"}]}', "holds no code"),
    ],
)
def test_what_is_no_notebook_is_said(data, words):
    with pytest.raises(NotebookError, match=words):
        read_notebook(data)


def test_notes_name_the_cell():
    notes = read_notebook(notebook("x = 1", "%matplotlib inline\n!pip install torch\n%autoreload 2")).notes
    assert notes == ("cell 2: !pip install torch was left out: it is a command of Jupyter's, not Python.",)


PYTHON = [
    "x = 1",
    "x = 17 % 5",
    "text = '''\n%matplotlib inline\n!ls\n'''",
    "x = (17\n% 5)",
    "s = '100 %' if True else '?'",
    "# what?",
    "",
    "async def f():\n    await g()",
    "await g()",
    "x = '\\d'",
]


@pytest.mark.parametrize("source", PYTHON)
def test_python_is_left_alone(source):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert without_magics(source) == (source, [])
    assert not seen


@pytest.mark.parametrize(
    "line",
    [
        "%pylab inline",
        "!pip install numpy",
        "!{command} $x",
        "?print",
        "??print",
        "print?",
        "np.dot??",
        "%timeit f(x)",
        "%time",
        "%prun -l 3 f(x)",
        "%%notfirst",
        "files = !ls",
        "x = %who_ls",
        "a.b = %pwd",
        "a, b = !ls",
        "d['k'] = !ls",
        "pip install numpy",
        "conda install numpy",
    ],
)
def test_commands_are_left_out_and_lines_stay_in_place(line):
    source, notes = without_magics(f"x = 1\n{line}\ny = 2")
    assert source == "x = 1\n\ny = 2"
    assert len(notes) == 1 and notes[0].startswith(line)


def test_a_command_in_a_block_leaves_the_block_sound():
    source, notes = without_magics("for i in range(3):\n\t!echo $i\nx = 1")
    assert source == "for i in range(3):\n\tpass\nx = 1"
    assert len(notes) == 1


def test_a_command_on_several_lines_is_one_command():
    source, notes = without_magics("!pip install \\\n    numpy \\\n    torch\nx = 1")
    assert source == "\n\n\nx = 1"
    assert len(notes) == 1


def test_what_only_looks_like_a_command_is_kept():
    body = "x = (17\n  % 5)\ntext = '''\n!ls\n%pwd\nhelp?\n'''\ny = 17 \\\n  % 5\nz = [\n'''a\n%b''', 1\n% 2]"
    source, notes = without_magics(f"{body}\n%pwd")
    assert source == f"{body}\n"
    assert len(notes) == 1


def test_an_error_of_the_students_is_kept():
    assert without_magics("def f(:\n    return 1") == ("def f(:\n    return 1", [])
    source, notes = without_magics("%pwd\nif x:\n        y\n    z\n%pwd")
    assert source == "\nif x:\n        y\n    z\n"
    assert len(notes) == 2


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 3", "%%capture out --no-stderr", "%%prun"])
def test_cell_magics_around_python_leave_the_code(magic):
    source, notes = without_magics(f"\n{magic}\nx = 1\n!ls\ny = 2")
    assert source == "\n\nx = 1\n\ny = 2"
    assert magic.split()[0] in notes[0] and "code run" in notes[0]
    assert notes[1].startswith("!ls")


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile x.py", "%%javascript", "%%python2"])
def test_other_cell_magics_take_the_cell_with_them(magic):
    source, notes = without_magics(f"{magic}\nx = 1")
    assert source == ""
    assert len(notes) == 1 and magic.split()[0] in notes[0]


def test_a_timed_statement_is_run():
    source, notes = without_magics("%time x = f(\n    1)\nif x:\n    %time  y = 2")
    assert source == "x = f(\n    1)\nif x:\n    y = 2"
    assert len(notes) == 2


def test_windows_line_ends_keep_their_numbers():
    assert without_magics("x = 1\r\n!ls\r\ny = 2\rz = 3")[0] == "x = 1\n\ny = 2\nz = 3"


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["%a", "!b\\", "x = (", ")", "'''", "c?", "  y", "%%time"])).map("\n".join)
)
@example("\ud800")
@example("(" * 300 + "\n!ls")
@example("x\0\n!ls")
def test_any_text_keeps_its_lines(source):
    result, notes = without_magics(source)
    lines = source.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert result == source or result == "" or result.count("\n") == lines
    assert notes or result == source.replace("\r\n", "\n").replace("\r", "\n") or result == source


def outcome(data: bytes):
    try:
        return read_notebook(data)
    except NotebookError as error:
        return str(error)


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["code", "%x", "!y"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["cells", "worksheets", "cell_type", "source", "input", "metadata"]), inner)
    ),
    max_leaves=20,
)


@given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_never_raise_anything_else(data):
    found = outcome(data)
    if isinstance(found, str):
        assert found
    else:
        assert found.cells


def test_cells_for_a_grader_are_left_out():
    """Cells tagged `otter_ignore` keep their number; metadata of any other shape is no reason to stumble."""
    cells = [
        {"cell_type": "code", "source": "import otter", "metadata": {"tags": ["otter_ignore"]}},
        {"cell_type": "code", "source": "x = 1", "metadata": {"tags": "otter_ignore"}},
        {"cell_type": "code", "source": "y = 2", "metadata": ["otter_ignore"]},
    ]
    read = read_notebook(json.dumps({"nbformat": 4, "cells": cells}).encode())
    assert read.cells == (Cell(1, ""), Cell(2, "x = 1"), Cell(3, "y = 2"))
