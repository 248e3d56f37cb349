"""How busy the machine is, as the grader sees it."""

from collections.abc import Callable

import pytest

from autograder.grading.load import LoadMeter, Spent


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Have this share of all time by the clock be load, whatever the machine is at."""

    def be(share: float) -> None:
        monkeypatch.setattr(LoadMeter, "since", lambda self, wall: Spent(runnable=share * wall))

    return be
