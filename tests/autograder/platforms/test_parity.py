"""The same score natively, by Gradescope's package, Otter and nbgrader; `make parity` does it for every sample."""

import pytest

from autograder.proving.findings import Findings
from quality.parity import ELSEWHERE, rows
from quality.variants import COURSE


@pytest.mark.usefixtures("tools")
def test_the_score_is_the_same_everywhere(tmp_path):
    table = rows(COURSE.assignment("03_perceptron"), Findings(tmp_path / "found", ""), ["farah", "goran"])
    assert [row.student.form for row in table] == ["notebook", "zip"]
    for row in table:
        assert row.normal
        assert 0 < row.result.score < row.result.max_score
        assert set(row.elsewhere) == set(ELSEWHERE)
        assert not row.unequal()
