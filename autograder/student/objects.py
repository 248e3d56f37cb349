"""The student's objects that the grader may refer to."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograder.channel import tensors
from autograder.channel.failures import ProtocolFailure
from autograder.channel.values import Decoder, Encoder, as_text
from autograder.student.stand_ins import PARAMETERS


class Objects:
    """Objects by number. Each is kept alive until it is released; a number never comes to mean another object."""

    def __init__(self, callback: Callable[[int], Callable[..., Any]]) -> None:
        self._objects: dict[int, object] = {}
        self._idents: dict[int, int] = {}
        self._latest = 0
        self._callback = callback
        self._functions: dict[int, Callable[..., Any]] = {}

    def ident(self, value: object) -> int:
        """The number of `value`, given at first sight."""
        known = self._idents.get(id(value))
        if known is not None:
            return known
        self._latest += 1
        self._objects[self._latest] = value
        self._idents[id(value)] = self._latest
        return self._latest

    def bind(self, ident: int, value: object) -> None:
        """Give `value` a number that the grader has chosen."""
        self._objects[ident] = value
        self._idents.setdefault(id(value), ident)

    def release(self, idents: Iterable[int]) -> None:
        """Forget objects."""
        for ident in idents:
            value = self._objects.pop(ident)
            if self._idents[id(value)] == ident:
                del self._idents[id(value)]

    def handle(self, value: object, kept: bool = False) -> list[Any]:
        """`value` on the wire as a handle."""
        return ["handle", self.ident(value), type(value).__name__[:100], kept]

    def encode_foreign(self, value: object, encoder: Encoder) -> list[Any]:
        """Tensors go as snapshots, everything else stays here and goes as a handle."""
        if tensors.is_tensor(value):
            return tensors.encode(value, self.ident(value), encoder)
        return self.handle(value)

    def decode_foreign(self, tag: str, fields: list[Any], decoder: Decoder) -> Any:
        """References, callbacks, tensors, dtypes and devices become the real thing."""
        if tag == "ref":
            return self._objects[fields[0]]
        if tag == "callback":
            ident, name, parameters = fields
            if ident not in self._functions:
                self._functions[ident] = self._callback(ident)
                self._functions[ident].__name__ = name
                setattr(self._functions[ident], PARAMETERS, parameters)
            return self._functions[ident]
        if tag == "tensor":
            return tensors.build(fields, decoder)
        if tag == "dtype" and fields[0] == "numpy":
            return np.dtype(as_text(fields[1]))
        if tag == "dtype":
            import torch

            return getattr(torch, as_text(fields[1]))
        if tag == "device":
            import torch

            return torch.device(as_text(fields[0]))
        raise ProtocolFailure(f"an unknown tag {tag}")
