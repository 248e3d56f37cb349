import pytest

from quality.figures import reference

ONE = reference("02_gradient_descent", "gradient_descent.py")
RATES = [0.01, 0.02, 0.1, 0.3, 0.45, 0.5, 0.51, 0.75, 0.99, 1.0, 1.01, 1.2]


def test_the_ball_goes_where_descend_goes_and_the_word_is_that_of_describe_rate(open_figure, read):
    page = open_figure("landscape")
    for rate in RATES:
        page.fill("#rate", str(rate))
        path = ONE.descend(0, rate, 20)
        for place, w in enumerate(path[:3]):
            assert read(page) == pytest.approx(
                {"w": w, "loss": (w - 3) ** 2, "slope": 2 * (w - 3), "share": abs(1 - 2 * rate) ** place}, abs=1e-6
            )
            assert page.inner_text("#word") == "–"
            page.click("#step")
        page.keyboard.press("End")
        assert read(page)["w"] == pytest.approx(path[-1], rel=1e-9, abs=1e-6)
        assert page.inner_text("#word") == ONE.describe_rate(path, 3.0)


def test_the_ball_starts_where_one_says(open_figure, read):
    page = open_figure("landscape")
    page.fill("#start", "-1.5")
    page.click("#step")
    assert read(page)["w"] == pytest.approx(ONE.descend(-1.5, 0.1, 1)[1], abs=1e-6)
    page.fill("#start", "3")
    assert "no rate moves the ball" in page.inner_text("#news")


def test_the_space_bar_plays_to_the_end_at_once_where_less_motion_is_wanted(open_figure):
    page = open_figure("landscape", reduced_motion="reduce")
    page.keyboard.press("Space")
    assert page.inner_text("#steps") == "20"
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#steps") == "19"


def test_a_film_plays_until_it_is_paused(open_figure):
    page = open_figure("landscape")
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.click("#play")
    page.clock.run_for(1300)
    page.click("#play")
    page.clock.run_for(1300)
    assert (page.inner_text("#steps"), page.inner_text("#play")) == ("3", "Play")
