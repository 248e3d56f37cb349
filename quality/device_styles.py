"""Ways to write a training loop for any device, right and wrong ones, and how three devices judge them.

    python -m quality.device_styles

Prints a table: each style on the bare meta device, on the meta device under the watch of `autograder.student.devices`,
and on CUDA where there is some. "error" is what a device check sees where a style is wrong.
"""

import warnings
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from autograder.student.devices import watched

SETTINGS = ("bare meta", "meta, watched", "cuda")


@dataclass(frozen=True)
class Batch:
    """The objects that a style is given: a model on the device with an optimiser, and a batch on the CPU."""

    model: Any
    optimiser: Any
    images: Any
    labels: Any
    device: Any

    @property
    def moved(self) -> tuple[Any, Any]:
        """The batch on the device."""
        return self.images.to(self.device), self.labels.to(self.device)


@dataclass(frozen=True)
class Style:
    """A way to write it, in words and as a function."""

    words: str
    right: bool
    run: Callable[[Batch], object]


def _update(one: Batch, loss: Any) -> Any:
    one.optimiser.zero_grad()
    loss.backward()
    one.optimiser.step()
    return loss


def _step(one: Batch) -> Any:
    images, labels = one.moved
    return _update(one, F.cross_entropy(one.model(images), labels))


def _logits(one: Batch) -> Any:
    with torch.no_grad():
        return one.model(one.images.to(one.device))


def _total_on_the_device(one: Batch) -> float:
    total = torch.zeros((), device=one.device)
    for _ in range(2):
        total += _step(one).detach()
    return float(total.item() / 2)


def _refuses_nan(one: Batch) -> None:
    loss = _step(one)
    if torch.isnan(loss) or torch.isinf(one.model.weight).any():
        raise FloatingPointError("The loss is not a number.")


def _in_inference_mode(run: Callable[[Batch], object]) -> Callable[[Batch], object]:
    def inside(one: Batch) -> object:
        with torch.inference_mode():
            return run(one)

    return inside


def _through_a_loader(one: Batch) -> None:
    generator = torch.Generator().manual_seed(1)
    for images, labels in DataLoader(TensorDataset(one.images, one.labels), 2, shuffle=True, generator=generator):
        _step(Batch(one.model, one.optimiser, images, labels, one.device))


def _with(make: Callable[[Any], Any]) -> Callable[[Batch], object]:
    def run(one: Batch) -> None:
        chosen = Batch(one.model, make(one.model.parameters()), one.images, one.labels, one.device)
        for _ in range(3):
            _step(chosen)

    return run


def _velocity(make: Callable[[Any], Any]) -> Callable[[Batch], object]:
    def run(one: Batch) -> None:
        velocities = [make(parameter) for parameter in one.model.parameters()]
        _step(one)
        with torch.no_grad():
            for parameter, velocity in zip(one.model.parameters(), velocities, strict=True):
                velocity += parameter.grad
                parameter -= 0.1 * velocity

    return run


def _by_hand(one: Batch, images: Any) -> Any:
    return _update(one, F.cross_entropy(images @ one.model.weight.T + one.model.bias, one.labels.to(one.device)))


def _cross_entropy_by_index(one: Batch) -> Any:
    table = F.log_softmax(one.model(one.images.to(one.device)), dim=1)
    return _update(one, -table[torch.arange(len(one.labels)), one.labels.to(one.device)].mean())


def _counts(one: Batch, device: Any) -> list[float]:
    counts = torch.zeros(3, device=device)
    counts += F.one_hot(_logits(one).argmax(dim=1), 3).sum(dim=0)
    return list(counts.tolist())


def _forgotten_model(one: Batch) -> Any:
    model = nn.Linear(4, 3)
    images, labels = one.moved
    return F.cross_entropy(model(images), labels).item()


def _weighted(one: Batch, weights: Any) -> Any:
    images, labels = one.moved
    return _update(one, F.cross_entropy(one.model(images), labels, weight=weights))


def _total_on_the_cpu(one: Batch) -> Any:
    total = torch.zeros(())
    total += _step(one).detach()
    return total


def _only_called_to(one: Batch) -> Any:
    one.images.to(one.device)
    one.labels.to(one.device)
    return _update(one, F.cross_entropy(one.model(one.images), one.labels))


def _hits(one: Batch) -> Any:
    return (_logits(one).argmax(1) == one.moved[1]).sum().item()


def _hits_in_numpy(one: Batch) -> Any:
    return (_logits(one).argmax(1).cpu().numpy() == one.labels.numpy()).mean()


def _hits_with_labels_forgotten(one: Batch) -> Any:
    return (_logits(one).argmax(1) == one.labels).sum().item()


STYLES = [
    Style("images and labels moved at the head of the step, `loss.item()`", True, lambda one: _step(one).item()),
    Style("labels moved in the line of the loss, `float(loss)`", True, lambda one: float(_by_hand(one, one.moved[0]))),
    Style('`f"{loss:.3f}"`', True, lambda one: f"{_step(one):.3f}"),
    Style(
        "`.to(device, non_blocking=True)`", True, lambda one: one.model(one.images.to(one.device, non_blocking=True))
    ),
    Style("the device looked up in the model", True, lambda one: one.images.to(next(one.model.parameters()).device)),
    Style("a running total on the device, read once", True, _total_on_the_device),
    Style("a list of losses made a tensor", True, lambda one: torch.stack([_step(one).detach()]).mean().item()),
    Style(
        "`torch.tensor(losses)` of numbers on the device", True, lambda one: torch.tensor([_step(one).detach()]).mean()
    ),
    Style("a guard that asks whether the loss is NaN", True, _refuses_nan),
    Style("`(logits.argmax(1) == labels).sum().item()`", True, _hits),
    Style("the same in `inference_mode`", True, _in_inference_mode(_hits)),
    Style("`.cpu().numpy()`", True, _hits_in_numpy),
    Style("the same in `inference_mode`", True, _in_inference_mode(_hits_in_numpy)),
    Style(
        "predictions brought to labels on the CPU",
        True,
        lambda one: (_logits(one).argmax(1).cpu() == one.labels).sum().item(),
    ),
    Style("`.tolist()`", True, lambda one: sum(_logits(one).argmax(1).tolist())),
    Style("the labels' logits by an index from the CPU", True, _cross_entropy_by_index),
    Style("a mask on the device", True, lambda one: _logits(one)[one.moved[1] == 0].mean().item()),
    Style(
        "`torch.equal` and `torch.allclose`",
        True,
        lambda one: torch.equal(*[_logits(one)] * 2) and torch.allclose(*[_logits(one)] * 2),
    ),
    Style("counts made on the device", True, lambda one: _counts(one, one.device)),
    Style("class weights made on the device", True, lambda one: _weighted(one, torch.ones(3, device=one.device))),
    Style(
        "a number on the CPU times a tensor on the device",
        True,
        lambda one: _update(one, torch.tensor(0.5) * _step(one).detach() * one.model.weight.sum()),
    ),
    Style("a DataLoader that shuffles", True, _through_a_loader),
    Style("torch.optim.Adam", True, _with(torch.optim.Adam)),
    Style(
        "torch.optim.SGD with momentum", True, _with(lambda parameters: torch.optim.SGD(parameters, 0.1, momentum=0.9))
    ),
    Style("a velocity by `zeros_like`", True, _velocity(torch.zeros_like)),
    Style(
        "the state of another device loaded into the model",
        True,
        lambda one: one.model.load_state_dict(nn.Linear(4, 3).state_dict()),
    ),
    Style("the images forgotten", False, lambda one: F.cross_entropy(one.model(one.images), one.moved[1])),
    Style("the labels forgotten", False, lambda one: F.cross_entropy(one.model(one.moved[0]), one.labels)),
    Style("the labels forgotten in the accuracy", False, _hits_with_labels_forgotten),
    Style("the same in `inference_mode`", False, _in_inference_mode(_hits_with_labels_forgotten)),
    Style("the model forgotten", False, _forgotten_model),
    Style("`.to(device)` without keeping what it returns", False, _only_called_to),
    Style("a bare `@` with images on the CPU", False, lambda one: (one.images @ one.model.weight.detach().T).argmax(1)),
    Style("`.numpy()` without `.cpu()`", False, lambda one: _logits(one).numpy()),
    Style("one-hot labels made on the CPU", False, lambda one: (_logits(one) * torch.eye(3)[one.labels]).sum().item()),
    Style("counts made on the CPU", False, lambda one: _counts(one, "cpu")),
    Style("class weights made on the CPU", False, lambda one: _weighted(one, torch.ones(3))),
    Style("a running total on the CPU", False, _total_on_the_cpu),
    Style("a velocity by `torch.zeros(shape)`", False, _velocity(lambda parameter: torch.zeros(parameter.shape))),
    Style("two devices in one `torch.cat`", False, lambda one: torch.cat([one.images, one.moved[0]])),
]


def passes(style: Style, setting: str) -> bool:
    """Return whether a style runs without an error in one of the settings."""
    device = torch.device("cuda" if setting == "cuda" else "meta")
    model = nn.Linear(4, 3).to(device)
    optimiser = torch.optim.SGD(model.parameters(), 0.1)
    batch = Batch(model, optimiser, torch.ones(5, 4), torch.tensor([0, 1, 2, 0, 1]), device)
    with warnings.catch_warnings(), watched() if setting == "meta, watched" else nullcontext():
        warnings.simplefilter("ignore")
        try:
            style.run(batch)
        except (RuntimeError, TypeError, NotImplementedError, FloatingPointError):
            return False
    return True


def main() -> None:
    """Print how each setting judges each style."""
    settings = [setting for setting in SETTINGS if setting != "cuda" or torch.cuda.is_available()]
    print(f"| style | is | {' | '.join(settings)} |\n|---|---|{'---|' * len(settings)}")
    wrong = dict.fromkeys(settings, 0)
    for style in STYLES:
        cells = []
        for setting in settings:
            passed = passes(style, setting)
            wrong[setting] += passed is not style.right
            cells.append(f"{'passes' if passed else 'error'}{'' if passed is style.right else ' ✗'}")
        print(f"| {style.words} | {'right' if style.right else 'wrong'} | {' | '.join(cells)} |")
    print(f"| **judged wrongly** | of {len(STYLES)} | {' | '.join(str(wrong[setting]) for setting in settings)} |")


if __name__ == "__main__":
    main()
