"""Tensors on the channel: a snapshot on the way to the grader, a new tensor on the way to the student.

`["tensor", ident, dtype, shape, values, device, requires_grad, is_leaf, grad_fn]`; `ident` is None where the
grader sends one. Nothing here imports PyTorch.
"""

from typing import Any

import numpy as np

from autograder.channel import limits
from autograder.channel.failures import ProtocolFailure, Unsendable
from autograder.channel.values import Decoder, Encoder, TensorSnapshot, as_text, torch_loaded


def is_tensor(value: object) -> bool:
    """Return whether `value` is a plain dense tensor or a parameter, by exact type."""
    torch = torch_loaded()
    return torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter)


def encode(tensor: Any, ident: int | None, encoder: Encoder) -> list[Any]:
    """A tensor on the wire. Raises `Unsendable` for one that is not dense, or has more axes than an array may have."""
    torch = torch_loaded()
    if tensor.layout is not torch.strided or tensor.is_quantized:
        raise Unsendable("sparse")
    if tensor.dim() > limits.AXES:
        raise Unsendable("axes")
    values = None
    if tensor.device.type != "meta":
        plain = tensor.detach().cpu().resolve_conj().resolve_neg()
        values = (plain.float() if plain.dtype is torch.bfloat16 else plain).numpy()
    return [
        "tensor",
        ident,
        str(tensor.dtype).removeprefix("torch."),
        list(tensor.shape),
        encoder.value(values),
        str(tensor.device),
        tensor.requires_grad,
        tensor.is_leaf,
        None if tensor.grad_fn is None else tensor.grad_fn.name(),
    ]


def build(fields: list[Any], decoder: Decoder) -> Any:
    """The student's own new tensor from what the grader sent. Imports PyTorch."""
    import torch

    _, dtype, _, values, device, requires_grad, _, _ = fields
    tensor = torch.from_numpy(decoder.value(values)).to(device=device, dtype=getattr(torch, dtype))
    return tensor.requires_grad_(requires_grad)


def snapshot(fields: list[Any], decoder: Decoder) -> TensorSnapshot:
    """The grader's snapshot of a tensor of the student's. Raises `ProtocolFailure`."""
    try:
        ident, dtype, shape, wire, device, requires_grad, is_leaf, grad_fn = fields
    except ValueError:
        raise ProtocolFailure("a malformed tensor") from None
    values = decoder.value(wire)
    if not (
        type(ident) is int
        and isinstance(shape, list)
        and all(type(length) is int and length >= 0 for length in shape)
        and (values is None or (type(values) is np.ndarray and values.shape == tuple(shape)))
        and type(requires_grad) is bool
        and type(is_leaf) is bool
    ):
        raise ProtocolFailure("a malformed tensor")
    return TensorSnapshot(
        ident=ident,
        shape=tuple(shape),
        values=values,
        dtype=as_text(dtype),
        device=as_text(device),
        requires_grad=requires_grad,
        is_leaf=is_leaf,
        grad_fn=None if grad_fn is None else as_text(grad_fn),
    )
