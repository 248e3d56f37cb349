"""What crosses the channel, as what it arrives, and what is refused."""

import collections
import contextlib
import pathlib

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.channel import limits
from autograder.channel.failures import ProtocolFailure, Unsendable
from autograder.channel.values import Decoder, Encoder

Point = collections.namedtuple("Point", "x y")


class Plain:
    """A world without references."""

    def encode_foreign(self, value, encoder):
        return ["handle", type(value).__name__]

    def decode_foreign(self, tag, fields, decoder):
        if tag == "handle" and all(isinstance(field, str) for field in fields):
            return (tag, *fields)
        raise ProtocolFailure("unknown")


def encoded(value: object) -> tuple[bytes, bytes]:
    encoder = Encoder(Plain())
    return encoder.body(["value", encoder.value(value)]), encoder.blob()


def crossed(value):
    body, blob = encoded(value)
    decoder = Decoder(Plain(), blob)
    return decoder.value(decoder.body(body)[1])


def decoded(wire, blob=b""):
    decoder = Decoder(Plain(), blob)
    return decoder.value(decoder.body(msgpack.packb(["value", wire]))[1])


def same(first, second):
    """Equal in value, type, dtype and shape, all the way down."""
    if type(first) is not type(second):
        return False
    if isinstance(first, np.ndarray):
        return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()
    if isinstance(first, np.generic):
        return first.tobytes() == second.tobytes()
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return same(list(first.items()), list(second.items()))
    return first == second or first != first


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
    | st.sampled_from(
        [
            np.float32(1.5),
            np.int64(-3),
            np.bool_(True),
            np.zeros((2, 0, 3)),
            np.arange(6, dtype=np.int16).reshape(2, 3),
            np.array(3.0),
            np.array([True, False]),
            slice(1, None, -2),
            Ellipsis,
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers() | st.text() | st.tuples(st.integers(), st.text()), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_values_arrive_as_they_were(value):
    assert same(crossed(value), value)


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.defaultdict(int, {1: 2}), {1: 2}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (Point(1, 2.0), (1, 2.0)),
        (collections.deque([1, 2]), [1, 2]),
        ({"k": 1}.keys(), ["k"]),
        (pathlib.PurePath, ("handle", "type")),
        (pathlib.Path("a/b"), "a/b"),
        ({1, 2}, ("handle", "set")),
        (range(3), ("handle", "range")),
        (np.array(["a"]), ("handle", "ndarray")),
        (np.array([None]), ("handle", "ndarray")),
        ({Plain: 1}, ("handle", "dict")),
        ("\ud800", "\ud800"),
        (np.arange(6.0).reshape(2, 3).T, np.array([[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]])),
        (np.arange(3, dtype=">f8"), np.arange(3.0)),
    ],
)
def test_library_types_are_converted(value, arrives):
    assert same(crossed(value), arrives)


@pytest.mark.parametrize("base", [int, float, str, bytes, list, tuple, dict, np.ndarray])
def test_subclasses_never_cross_as_values(base):
    Sly = type("Sly", (base,), {"__eq__": lambda self, other: True, "__hash__": None})
    value = np.zeros(2).view(Sly) if base is np.ndarray else Sly()
    assert crossed(value) == ("handle", "Sly")


def test_arrays_arrive_writable():
    array = crossed(np.zeros((2, 3)))
    array += 1
    assert array.sum() == 6


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (nested(limits.DEPTH + 1), "levels deep"),
        (10 ** (limits.INT_BYTES * 3), "integer"),
        ([[]] * (limits.CONTAINERS + 1), "too many parts"),
        ({n: n for n in range(limits.DICT_ITEMS + 1)}, "dict"),
        ("x" * (limits.BODY_BYTES + 1), "too large"),
        (np.broadcast_to(np.float64(1), (2**20, 2**20)), "too large"),
    ],
)
def test_what_is_too_large_is_not_sent(value, why):
    with pytest.raises(Unsendable, match=why):
        encoded(value)


def test_a_list_within_itself_is_not_sent():
    loop = []
    loop.append(loop)
    with pytest.raises(Unsendable, match="levels deep"):
        encoded(loop)


@pytest.mark.parametrize(
    "wire",
    [
        [],
        [1, 2],
        ["unknown"],
        ["int", 5],
        ["int", b"x" * (limits.INT_BYTES + 1)],
        ["complex", "a", None],
        ["scalar", "object", b"12345678"],
        ["scalar", "float64", b"1234"],
        ["array", "float64", [2], 0],
        ["array", "float64", [-1], 0],
        ["array", "float64", [2**62, 2**62], 0],
        ["array", "float64", [2**40], 0],
        ["array", "object", [1], 0],
        ["array", "float64", [0, 2**63 - 1, 2**63 - 1], 0],
        ["array", "float64", [1], -1],
        ["array", "float64", [1], None],
        ["array", "float64", [1] * 40, 0],
        ["dict", 1],
        ["dict", ["list"], 1],
        ["slice", 1],
        ["path", 3],
        nested(limits.DEPTH + 5),
    ],
)
def test_forged_values_are_refused(wire):
    with pytest.raises(ProtocolFailure):
        decoded(wire)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        msgpack.packb("text"),
        msgpack.packb([]),
        msgpack.packb([1]),
        msgpack.packb(["value", {"a": 1}]),
        msgpack.packb(["value", msgpack.ExtType(5, b"x")]),
        msgpack.packb(["value", 1]) + b"\x00",
        b"\x91" * 5000,
        b"\xdd\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        msgpack.packb(["value", [[]] * (limits.CONTAINERS + 20)]),
    ],
)
def test_forged_bodies_are_refused(body):
    decoder = Decoder(Plain())
    with pytest.raises(ProtocolFailure):
        decoder.value(decoder.body(body)[1])


WIRES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=5) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.tuples(
            st.sampled_from(
                ["list", "tuple", "dict", "int", "complex", "scalar", "array", "slice", "dtype", "path", "handle"]
            ),
            inner,
            inner,
        ).map(list)
    ),
    max_leaves=15,
)


@given(WIRES | st.binary().map(lambda data: ["array", "float32", [len(data)], 0]), st.binary())
def test_whatever_arrives_is_a_value_or_refused(wire, blob):
    with contextlib.suppress(ProtocolFailure):
        decoded(wire, blob)


@given(st.binary())
def test_arbitrary_bytes_are_refused(data):
    decoder = Decoder(Plain())
    with contextlib.suppress(ProtocolFailure):
        assert isinstance(decoder.body(data)[0], str)
