import pytest

from quality.figures import reference

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
ONE = reference("09_pytorch_training_a", "pytorch_training.py")
CASES = [([2, 1, 0.5, -1], 0, 1), ([2, 1, 0.5, -1], 1, 3), ([5, -5, 0, 4.9], -1, 1), ([0, 0, 0, 0], 0.5, 0)]


def test_probabilities_and_loss_are_those_of_09(open_figure, read):
    page = open_figure("softmax")
    for logits, power, label in CASES:
        for i, z in enumerate(logits):
            page.fill(f"#logit-{i}", str(z))
        page.fill("#temperature", str(power))
        page.check(f"[name=label][value='{label}']")
        scaled = (torch.tensor([logits], dtype=torch.float64) / 10**power).requires_grad_()
        loss = ONE.cross_entropy(scaled, torch.tensor([label]))
        loss.backward()
        probabilities = ONE.softmax(torch.tensor(logits, dtype=torch.float64), 10.0**power)
        wanted = {f"p-{i}": p for i, p in enumerate(probabilities.tolist())}
        wanted |= {f"dz-{i}": slope for i, slope in enumerate(scaled.grad[0].tolist())}
        assert read(page) == pytest.approx(wanted | {"loss": loss.item(), "temperature-now": 10.0**power}, abs=1e-6)
