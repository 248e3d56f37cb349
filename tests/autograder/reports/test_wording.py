import pytest

from autograder.reports.wording import points


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.0, "7"),
        (7.5, "7.5"),
        (10 / 3, "3.33"),
        (0.0, "0"),
        (-0.0, "0"),
        (100.0, "100"),
        (1234567.0, "1234567"),
        (None, "–"),
    ],
)
def test_points(value, text):
    assert points(value) == text
