"""`sys.stdout` behaves as a pipe does, for a submission and for a program that a check runs."""

import pytest

from autograder import expect

DEEDS = {
    "reconfigure": "sys.stdout.reconfigure(encoding='utf-8')",
    "reconfigure after a print": "print('a', end=''); sys.stdout.reconfigure(encoding='utf-8', errors='replace')",
    "reconfigure both": "sys.stdout.reconfigure(line_buffering=True); sys.stderr.reconfigure(line_buffering=True)",
    "seekable": "assert not sys.stdout.seekable()",
    "writable": "assert sys.stdout.writable() and not sys.stdout.isatty()",
    "tell": "try: sys.stdout.tell()\nexcept OSError: pass",
    "the bytes": "sys.stdout.buffer.write(b'')",
    "a wrapper": "import io; sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8', write_through=True)",
    "detach": "import codecs; sys.stdout = codecs.getwriter('utf-8')(sys.stdout.detach())",
    "encoding": "assert sys.stdout.encoding.lower() == 'utf-8'",
}


def indented(deed):
    return deed.replace("\n", "\n    ")


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_of_a_submission(sandbox, deed):
    host = sandbox(m=f"import sys\ndef f():\n    {indented(deed)}\n    print('é')\n    return 7\n")
    with host.open() as student:
        assert expect.integer(student.m.f()) == 7
        assert host.printed().endswith("é\n")


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_of_a_program(open_student, deed):
    student = open_student(m=f"import sys\nif __name__ == '__main__':\n    {indented(deed)}\n    print('é')\n")
    told = expect.mapping(student.run_program("m"), ["status", "output"])
    assert expect.integer(told["status"]) == 0
    assert expect.text(told["output"]).endswith("é\n")


def test_a_program_that_closes_it_has_printed_what_it_printed(open_student):
    student = open_student(m="import sys\nprint('é')\nsys.stdout.close()\n")
    assert expect.text(expect.mapping(student.run_program("m"), ["status", "output"])["output"]) == "é\n"
