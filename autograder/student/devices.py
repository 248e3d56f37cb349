"""A device other than the CPU for checks, on every machine: CUDA where there is some, else the meta device, watched.

Tensors on the meta device have shapes and dtypes, and no numbers. Left to itself it judges badly: reading a number back
is an error, and a product with a tensor on the CPU passes. Under the watch both are what they are on CUDA.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.weak import WeakTensorKeyDictionary

aten = torch.ops.aten

MOVES = (aten._to_copy.default, aten.copy_.default, aten._foreach_copy_.default)
"""Functions that may take tensors on two devices."""

INDEXING = (aten.index.Tensor, aten.index_put.default, aten.index_put_.default, aten._index_put_impl_.default)
"""Functions that take their second argument, a list of indices, from the CPU too."""

NEVER = (aten.isnan.default, aten.isinf.default)
"""Questions to which the answer for the number 1 is no, and operations that pass that answer on."""

PASS_ON = (aten.any.default, aten.any.dim, aten.sum.default, aten.logical_or.default, aten.bitwise_or.Tensor)


def chosen() -> torch.device:
    """CUDA where a tensor can be made there, else the meta device."""
    with suppress(RuntimeError):  # the sandbox may keep CUDA from being used
        if torch.cuda.is_available():
            return torch.zeros(1, device="cuda").device
    return torch.device("meta")


@contextmanager
def watched() -> Iterator[None]:
    """Have tensors on the meta device behave as on CUDA, for a while."""
    with _Numbers(), _Watch():
        yield


class _Watch(TorchDispatchMode):
    """Looks at every operation: keeps devices apart, and answers where the meta device cannot."""

    def __init__(self) -> None:
        super().__init__()
        self._noes = WeakTensorKeyDictionary()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        with self:  # in `inference_mode` operations come whole that otherwise come as those they are made of
            parts: Any = func.decompose(*args, **kwargs)
        if parts is not NotImplemented:
            return parts
        tensors = [one for one in tree_leaves((args, kwargs)) if isinstance(one, torch.Tensor)]
        if func not in MOVES:
            _keep_apart(func, args, tensors)
        if not any(one.is_meta for one in tensors):
            return func(*args, **kwargs)
        if func is aten._local_scalar_dense.default:
            return torch.full((), tensors[0] not in self._noes, dtype=tensors[0].dtype).item()
        if func is aten._to_copy.default and torch.device(kwargs.get("device") or "meta").type != "meta":
            return torch.zeros(args[0].shape, dtype=kwargs.get("dtype") or args[0].dtype, device=kwargs["device"])
        if func is aten.copy_.default and not args[0].is_meta:
            return args[0].zero_()
        if func in (aten.equal.default, aten.allclose.default):
            return True
        if func is aten.index.Tensor:
            args = (args[0], _without_masks(args[1]))
        if func in (aten.nonzero.default, aten.masked_select.default):
            return _everything(func, *args)
        result = func(*args, **kwargs)
        if func in NEVER or (func in PASS_ON and all(one in self._noes for one in tensors)):
            self._noes[result] = True
        return result


class _Numbers(TorchFunctionMode):
    """Reads numbers back where PyTorch does so by itself, as in `f"{loss:.3f}"` and `torch.tensor(losses)`."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.Tensor.__format__ and _is_number(args[0]):
            return format(args[0].item(), args[1])
        if func is torch.tensor:
            args = tree_map(lambda one: one.item() if _is_number(one) else one, args)
        return func(*args, **(kwargs or {}))


def _is_number(value: object) -> bool:
    return isinstance(value, torch.Tensor) and value.is_meta and value.dim() == 0


def _keep_apart(func: Any, args: Any, tensors: list[torch.Tensor]) -> None:
    """Raise as on CUDA where tensors on two devices meet. A single number on the CPU may, unless it is written to."""
    if func in INDEXING and args[0].is_meta:
        tensors = [one for one in tree_leaves((args[0], args[2:])) if isinstance(one, torch.Tensor)]
    written = [args[0]] if func._schema.name.endswith("_") and isinstance(args[0], torch.Tensor) else []
    on_cpu = [one for one in tensors if not one.is_meta and (one.dim() > 0 or any(one is out for out in written))]
    if on_cpu and any(one.is_meta for one in tensors):
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"meta and {on_cpu[0].device}!"
        )


def _without_masks(indices: Any) -> list[torch.Tensor | None]:
    """Indices with every mask written as the places where it is true: all of them."""
    places: list[torch.Tensor | None] = []
    for index in indices:
        if index is not None and index.dtype in (torch.bool, torch.uint8):
            places += [torch.empty(index.numel(), dtype=torch.int64, device="meta")] * index.dim()
        else:
            places.append(index)
    return places


def _everything(func: Any, tensor: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
    """Return what a mask that is true everywhere selects, or where it is true."""
    if func is aten.masked_select.default:
        return tensor.new_empty(tensor.numel())
    return torch.empty((tensor.numel(), tensor.dim()), dtype=torch.int64, device="meta")
