import json

import pytest

from quality.figures import reference

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from release.site.figures import record  # noqa: E402

STORED = json.loads(record.FILE.read_text(encoding="utf-8"))
ONE = reference("10_overfitting", "overfitting.py")
SWITCHES = {"plain": [], "dropout": ["dropout"], "decay": ["decay"], "both": ["dropout", "decay"]}


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("name", record.runs())
def test_what_is_played_is_what_the_reference_does(name):
    run, stored = record.record_run(name), STORED["runs"][name]
    for part, losses in run["losses"].items():
        assert stored["losses"][part] == pytest.approx(losses, abs=1e-6)
    for answers, kept in zip(run["answers"], stored["answers"], strict=True):
        assert kept == pytest.approx(answers, abs=1.001e-3)


def test_the_samples_are_those_of_the_reference():
    sets = ONE.make_sets(record.COUNT, record.NOISE, torch.Generator().manual_seed(record.SEED))
    for name in ("train", "validation"):
        for points, values in zip(zip(*STORED["samples"][name], strict=True), sets[name], strict=True):
            assert points == pytest.approx(values[:, 0].tolist(), abs=1e-4)


@pytest.mark.parametrize("name", SWITCHES)
def test_each_check_shows_its_losses_and_the_diagnosis(open_figure, read, name):
    page = open_figure("overfitting")
    for switch in SWITCHES[name]:
        page.check(f"#{switch}")
    losses = STORED["runs"][name]["losses"]
    for place in (0, 1, 2, 9, 30):
        page.fill("#place", str(place))
        shown = read(page)
        assert page.inner_text("#epochs") == str(record.EVERY * place)
        for part in ONE.SETS:
            assert shown[part] == pytest.approx(losses[part][place], abs=1e-6)
        if place:
            word, best = ONE.diagnose(losses["train"][1 : place + 1], losses["validation"][1 : place + 1])
            assert page.inner_text("#word") == word
            assert page.inner_text("#best") == f"{record.EVERY * (best + 1)} epochs"


@pytest.mark.parametrize("name", SWITCHES)
def test_early_stopping_stops_where_the_reference_does_and_puts_the_best_weights_back(open_figure, read, name):
    losses = STORED["runs"][name]["losses"]
    stopper, model = ONE.EarlyStopping(5), torch.nn.Linear(1, 1)
    checks = losses["validation"][1:]
    stop = next((i for i, loss in enumerate(checks) if stopper.update(loss, model)), len(checks) - 1)
    page = open_figure("overfitting")
    for switch in [*SWITCHES[name], "stopping"]:
        page.check(f"#{switch}")
    page.keyboard.press("End")
    shown = read(page)
    assert page.inner_text("#epochs") == str(record.EVERY * (stop + 1))
    assert shown["validation"] == pytest.approx(stopper.best, abs=1e-6)
    assert shown["train"] == pytest.approx(losses["train"][checks.index(stopper.best) + 1], abs=1e-6)
