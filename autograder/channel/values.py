"""The encoding of values: what may cross the channel, and as what it arrives.

Values are copied, never shared, and converted by exact type. Each side adds, through its `World`, what only
it can turn into a reference: the student's objects become handles, a check's functions become callbacks.
A value is a plain msgpack scalar or a list `[tag, …]`; the numbers of arrays stand in the frame's blob.
"""

import collections
import math
import pathlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgpack
import numpy as np
from numpy.typing import NDArray

from autograder.channel import limits, memory
from autograder.channel.failures import ProtocolFailure, Unsendable
from autograder.channel.frames import MAX_DESCRIPTORS, join

Array = NDArray[Any]

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
DTYPES = {
    name: np.dtype(name) for name in ("bool", *INTEGERS, "float16", "float32", "float64", "complex64", "complex128")
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_PLAIN = (bool, float, str, bytes)
_LISTS: tuple[type, ...] = (list, collections.deque, type({}.keys()), type({}.values()), type({}.items()))
_DICTS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)


@dataclass(frozen=True)
class DType:
    """A dtype of NumPy's or PyTorch's, by name (`float32`)."""

    library: str
    name: str


@dataclass(frozen=True)
class Device:
    """A PyTorch device, by name (`cpu`, `cuda:0`)."""

    name: str


@dataclass(frozen=True)
class Handle:
    """A value that stayed in the student process."""

    ident: int
    type_name: str
    kept: bool = False


@dataclass(frozen=True, eq=False)
class TensorSnapshot:
    """A tensor of the student's as it was when it crossed.

    `values` has the tensor's shape (`None` on the meta device); bfloat16 arrives as float32 values, with the
    true name in `dtype`. `ident` names the student's own object.
    """

    ident: int
    shape: tuple[int, ...]
    values: Array | None
    dtype: str
    device: str
    requires_grad: bool
    is_leaf: bool
    grad_fn: str | None


class World(Protocol):
    """Additions of one side of the channel to the encoding."""

    def encode_foreign(self, value: object, encoder: "Encoder") -> list[Any]:
        """Encode a value outside the common whitelist, or raise `Unsendable` or `CheckMisuse`."""

    def decode_foreign(self, tag: str, fields: list[Any], decoder: "Decoder") -> Any:
        """Decode a tag outside the common set, or raise `ProtocolFailure`."""


@dataclass
class Encoder:
    """Encodes the values of one frame and collects their numbers; `echoes` says that some go back to their sender."""

    world: World
    memory_files: bool = False
    most_bytes: int = limits.BLOB_BYTES
    parts: list[memoryview] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    echoes: bool = False
    _blob_length: int = 0
    _containers: int = 0
    _depth: int = 0

    def body(self, content: list[Any]) -> bytes:
        """The frame's body. Raises `Unsendable` where it is too large."""
        data: bytes = msgpack.packb(content, unicode_errors="surrogatepass")
        if len(data) > limits.BODY_BYTES:
            raise Unsendable("size")
        return data

    def blob(self) -> bytearray:
        """The frame's blob."""
        return join(self.parts)

    def value(self, value: Any) -> Any:
        """One value as msgpack can write it. Raises `Unsendable`."""
        kind = type(value)
        if value is None or kind in _PLAIN:
            return value
        if kind is int:
            return self._integer(value)
        self._containers += 1
        if self._containers > limits.CONTAINERS:
            raise Unsendable("parts")
        if kind is np.ndarray or kind is np.memmap:
            return self._array(value)
        if self._depth >= limits.DEPTH:
            raise Unsendable("depth")
        self._depth += 1
        try:
            return self._nested(kind, value)
        finally:
            self._depth -= 1

    def _nested(self, kind: type, value: Any) -> list[Any]:
        if kind in _LISTS:
            return ["list", *map(self.value, value)]
        if kind is tuple or _is_named_tuple(kind):
            return ["tuple", *map(self.value, tuple.__iter__(value))]
        if kind in _DICTS and all(map(_is_key, value)):
            if len(value) > limits.DICT_ITEMS:
                raise Unsendable("dict")
            return ["dict", *(self.value(part) for item in value.items() for part in item)]
        if kind is complex:
            return ["complex", value.real, value.imag]
        if issubclass(kind, np.generic) and kind.__module__ == "numpy" and (name := _name(value.dtype)) in DTYPES:
            return ["scalar", name, value.tobytes()]
        if isinstance(value, np.dtype):
            return ["dtype", "numpy", value.name]
        if kind is type and issubclass(value, np.generic):
            return ["dtype", "numpy", np.dtype(value).name]
        if kind is slice:
            return ["slice", self.value(value.start), self.value(value.stop), self.value(value.step)]
        if value is Ellipsis:
            return ["ellipsis"]
        if kind is DType:
            return ["dtype", value.library, value.name]
        if kind is Device:
            return ["device", value.name]
        if kind in (pathlib.PosixPath, pathlib.WindowsPath):
            return ["path", str(value)]
        torch = torch_loaded()
        if torch is not None and kind is torch.dtype:
            return ["dtype", "torch", str(value).removeprefix("torch.")]
        if torch is not None and kind is torch.device:
            return ["device", str(value)]
        return self.world.encode_foreign(value, self)

    def _integer(self, value: int) -> Any:
        if -(2**63) <= value < 2**63:
            return value
        length = value.bit_length() // 8 + 1
        if length > limits.INT_BYTES:
            raise Unsendable("integer")
        return ["int", value.to_bytes(length, "big", signed=True)]

    def _array(self, value: Array) -> list[Any]:
        name = _name(value.dtype)
        if name not in DTYPES:
            return self.world.encode_foreign(value, self)
        length = math.prod(value.shape) * value.dtype.itemsize
        if self._blob_length + length > self.most_bytes or _extent(value.shape, value.dtype) > self.most_bytes:
            raise Unsendable("size")
        native = np.require(value, dtype=value.dtype.newbyteorder("="), requirements="C")
        shape = list(value.shape)
        if self.memory_files and length >= limits.MEMFD_BYTES and len(self.descriptors) < MAX_DESCRIPTORS:
            self.descriptors.append(memory.sealed_file(_bytes_of(native)))
            return ["array", name, shape, -len(self.descriptors)]
        if length:
            self.parts.append(_bytes_of(native))
        offset, self._blob_length = self._blob_length, self._blob_length + length
        return ["array", name, shape, offset]


@dataclass
class Decoder:
    """Decodes the values of one frame; whatever is malformed raises `ProtocolFailure`."""

    world: World
    blob: bytes | bytearray = b""
    descriptors: tuple[int, ...] = ()
    most_bytes: int = limits.BLOB_BYTES
    _containers: int = 0
    _depth: int = 0
    _offset: int = 0
    _mapped: int = 0
    _dict_items: int = 0

    def body(self, data: bytes | bytearray) -> list[Any]:
        """The content of a frame's body: a list whose first item is text."""
        try:
            content = msgpack.unpackb(
                data,
                unicode_errors="surrogatepass",
                list_hook=self._count,
                object_pairs_hook=_refuse,
                ext_hook=_refuse,
            )
        except (ValueError, RecursionError, TypeError, msgpack.exceptions.UnpackException) as error:
            raise ProtocolFailure("a frame that cannot be read") from error
        if not isinstance(content, list) or not content or not isinstance(content[0], str):
            raise ProtocolFailure("a frame without a name")
        return content

    def _count(self, items: list[Any]) -> list[Any]:
        self._containers += 1
        if self._containers > 2 * limits.CONTAINERS + 10:  # an array is two lists: its tag's and its shape
            raise ProtocolFailure("a frame of too many parts")
        return items

    def value(self, wire: Any) -> Any:
        """The value that was encoded as `wire`."""
        if not isinstance(wire, list):
            return wire
        if not wire or not isinstance(wire[0], str):
            raise ProtocolFailure("a value without a tag")
        if self._depth > limits.DEPTH + 1:
            raise ProtocolFailure("a value nested too deeply")
        self._depth += 1
        try:
            return self._nested(wire[0], wire[1:])
        finally:
            self._depth -= 1

    def _nested(self, tag: str, fields: list[Any]) -> Any:
        plain = _DECODERS.get(tag)
        if plain is None:
            return self.world.decode_foreign(tag, fields, self)
        try:
            return plain(self, fields)
        except (ValueError, TypeError, LookupError, OverflowError, AttributeError, OSError) as error:
            raise ProtocolFailure(f"a malformed {tag}") from error

    def _tuple(self, fields: list[Any]) -> tuple[Any, ...]:
        return tuple(map(self.value, fields))

    def _dict(self, fields: list[Any]) -> dict[Any, Any]:
        self._dict_items += len(fields) // 2
        if len(fields) % 2 or len(fields) > 2 * limits.DICT_ITEMS or self._dict_items > limits.FRAME_DICT_ITEMS:
            raise ProtocolFailure("a malformed dict")
        parts = [self.value(part) for part in fields]
        if not all(map(_is_key, parts[::2])):
            raise ProtocolFailure("a dict with a key that cannot be one")
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def _integer(self, fields: list[Any]) -> int:
        (data,) = fields
        if not isinstance(data, bytes) or len(data) > limits.INT_BYTES:
            raise ProtocolFailure("a malformed integer")
        return int.from_bytes(data, "big", signed=True)

    def _complex(self, fields: list[Any]) -> complex:
        real, imaginary = fields
        return complex(float(real), float(imaginary))

    def _scalar(self, fields: list[Any]) -> Any:
        name, data = fields
        dtype = _dtype(name)
        if not isinstance(data, bytes) or len(data) != dtype.itemsize:
            raise ProtocolFailure("a malformed scalar")
        return np.frombuffer(data, dtype)[0]

    def _array(self, fields: list[Any]) -> Array:
        name, shape, place = fields
        dtype = _dtype(name)
        lengths = isinstance(shape, list) and all(type(length) is int and length >= 0 for length in shape)
        if not lengths or len(shape) > limits.AXES:
            raise ProtocolFailure("an array of malformed shape")
        if type(place) is not int:
            raise ProtocolFailure("an array without a place")
        length = math.prod(shape) * dtype.itemsize
        if _extent(shape, dtype) > self.most_bytes:
            raise ProtocolFailure("an array larger than may be sent")
        if place < 0:
            self._mapped += 1
            if place != -self._mapped:
                raise ProtocolFailure("an array out of order")
            mapped: Array = np.ndarray(shape, dtype, memory.private_map(self.descriptors[-place - 1], length))
            return mapped
        if place != self._offset or place + length > len(self.blob):
            raise ProtocolFailure("an array out of order, or larger than its frame")
        self._offset += length
        if not length:
            return np.empty(shape, dtype)
        array: Array = np.ndarray(shape, dtype, self.blob, place)
        return array

    def _slice(self, fields: list[Any]) -> slice:
        start, stop, step = map(self.value, fields)
        return slice(start, stop, step)

    def _path(self, fields: list[Any]) -> str:
        (path,) = fields
        return as_text(path)


_DECODERS: dict[str, Callable[[Decoder, list[Any]], Any]] = {
    "list": lambda decoder, fields: list(map(decoder.value, fields)),
    "tuple": Decoder._tuple,
    "dict": Decoder._dict,
    "int": Decoder._integer,
    "complex": Decoder._complex,
    "scalar": Decoder._scalar,
    "array": Decoder._array,
    "slice": Decoder._slice,
    "ellipsis": lambda decoder, fields: Ellipsis,
    "path": Decoder._path,
}


def torch_loaded() -> Any:
    """PyTorch where this process has imported it, else `None`; the channel never imports it."""
    return sys.modules.get("torch")


def _bytes_of(array: Array) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8).data)


def _extent(shape: Sequence[int], dtype: np.dtype[Any]) -> int:
    """Bytes of an array of this shape if its empty axes had one entry: what arithmetic on it may come to."""
    return math.prod(length for length in shape if length) * dtype.itemsize


def _name(dtype: np.dtype[Any]) -> str:
    return _NAMES.get(dtype) or dtype.name  # NumPy puts the name together anew each time


def _dtype(name: object) -> np.dtype[Any]:
    if not isinstance(name, str) or name not in DTYPES:
        raise ProtocolFailure("a dtype that may not cross")
    return DTYPES[name]


def as_text(value: object) -> str:
    """`value` if it is text; `ProtocolFailure` otherwise."""
    if not isinstance(value, str):
        raise ProtocolFailure("something else where text belongs")
    return value


def _is_named_tuple(kind: type) -> bool:
    if kind.__module__ == "torch.return_types" or (kind.__module__, kind.__name__) == ("torch", "Size"):
        return issubclass(kind, tuple)
    return kind.__bases__ == (tuple,) and isinstance(getattr(kind, "_fields", None), tuple)


def _is_key(value: Any) -> bool:
    if type(value) is tuple:
        return len(value) <= limits.KEY_LENGTH and all(map(_is_plain_key, value))
    return _is_plain_key(value)


def _is_plain_key(value: Any) -> bool:
    kind = type(value)
    return value is None or kind in (int, complex, *_PLAIN) or issubclass(kind, np.generic)


def _refuse(*_: Iterable[Any]) -> Any:
    raise ProtocolFailure("a frame with a type that is not used")
