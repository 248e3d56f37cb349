import pytest

from quality.figures import reference

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
ONE = reference("08_autograd", "pytorch_autograd.py")
X = torch.tensor([[170.0, 65, 25], [160, 55, 30], [180, 80, 22], [155, 50, 35]], dtype=torch.float64)
LABELS = torch.tensor([1.0, 0, 1, 0], dtype=torch.float64)
LINES = 7


def neuron():
    W = torch.tensor([[0.01, -0.02, 0.03]], dtype=torch.float64, requires_grad=True)
    return W, torch.zeros(1, dtype=torch.float64, requires_grad=True)


def shown_of(read, page, name, count=4):
    shown = read(page)
    return [shown[f"{name}-{i}"] for i in range(count)]


def test_three_training_steps_are_those_of_08(open_figure, read):
    page = open_figure("step")
    for power in (-4, -5.5):
        page.fill("#rate", str(power))
        W, b = neuron()
        for _ in range(3):
            page.click("#step")
            logits = ONE.layer_torch(X, W, b)[:, 0].detach()
            assert shown_of(read, page, "z") == pytest.approx(logits.tolist(), abs=1e-6)
            page.click("#step")
            assert shown_of(read, page, "p") == pytest.approx(ONE.predict(X, W, b)[:, 0].tolist(), abs=1e-6)
            page.click("#step")
            assert shown_of(read, page, "l") == pytest.approx(ONE.losses(logits, LABELS).tolist(), abs=1e-6)
            page.click("#step")
            loss = ONE.training_step(X, LABELS, W, b, 10.0**power)
            assert read(page)["loss-0"] == pytest.approx(loss, abs=1e-6)
            page.click("#step")
            assert page.inner_text("#was-0") == "–"
            page.click("#step")
            gradients = [*W.grad[0].tolist(), b.grad.item()]
            assert shown_of(read, page, "g") == pytest.approx(gradients, abs=1e-6)
            page.click("#step")
            assert shown_of(read, page, "w") == pytest.approx([*W[0].tolist(), b.item()], abs=1e-6)


def test_without_clearing_the_gradients_add_up(open_figure, read):
    page = open_figure("step")
    page.uncheck("#clear")
    W, b = neuron()
    for _ in range(3):
        ONE.losses(ONE.layer_torch(X, W, b)[:, 0], LABELS).mean().backward()
        with torch.no_grad():
            W -= 1e-4 * W.grad
            b -= 1e-4 * b.grad
        for _ in range(LINES):
            page.click("#step")
        assert shown_of(read, page, "g") == pytest.approx([*W.grad[0].tolist(), b.grad.item()], abs=1e-6)
        assert shown_of(read, page, "w") == pytest.approx([*W[0].tolist(), b.item()], abs=1e-6)
