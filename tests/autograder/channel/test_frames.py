"""Frames: in whichever pieces bytes arrive, the same messages come of them, and nothing is taken on trust."""

import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.channel import limits
from autograder.channel.failures import ProtocolFailure
from autograder.channel.frames import AHEAD, GROWTH, MAX_DESCRIPTORS, Kind, Message, Parser, pack

SIZES = st.sampled_from([0, 1, 21, 22, 23, 1000, AHEAD - 23, AHEAD, AHEAD + 1, 5 * AHEAD])
MESSAGES = st.builds(
    Message,
    st.sampled_from(Kind),
    st.integers(0, 2**32 - 1),
    SIZES.map(lambda size: b"b" * size),
    SIZES.map(lambda size: bytes(range(256)) * (size // 256) + b"x" * (size % 256)),
)


def packed(*messages):
    return b"".join(part for message in messages for part in pack([message]))


def header(kind=Kind.REPLY, descriptors=0, body=0, blob=0, magic=b"CHR1"):
    return struct.pack("!4sBBIIQ", magic, kind, descriptors, 7, body, blob)


def fed(parser, data, size=AHEAD):
    """The messages that a parser makes of `data`, read in pieces of at most `size` bytes."""
    found = []
    while True:
        while (message := parser.next()) is not None:
            found.append(message)
        if not data:
            return found
        space = parser.space()
        count = min(size, len(space), len(data))
        space[:count] = data[:count]
        parser.filled(count)
        data = data[count:]


def content(message):
    return message.kind, message.sequence, bytes(message.body), bytes(message.blob), message.descriptors


@given(st.lists(MESSAGES, max_size=4), st.sampled_from([1000, AHEAD, 10 * AHEAD]))
def test_the_pieces_do_not_matter(messages, size):
    parser = Parser()
    assert list(map(content, fed(parser, packed(*messages), size))) == list(map(content, messages))
    assert parser.empty


@given(st.lists(MESSAGES.filter(lambda message: len(message.body) + len(message.blob) < 3000), max_size=4))
def test_not_even_single_bytes(messages):
    assert list(map(content, fed(Parser(), packed(*messages), 1))) == list(map(content, messages))


def test_what_has_come_too_early_is_kept_for_the_next_message():
    first, second = Message(Kind.REPLY, 1, b"one"), Message(Kind.REPLY, 2, b"two", b"blob")
    parser = Parser()
    data = packed(first, second)
    parser.space()[: len(data)] = data
    parser.filled(len(data))
    assert parser.next() == first
    assert not parser.empty
    assert parser.next() == second
    assert parser.empty


@pytest.mark.parametrize("missing", [1, 3, 10, 25])
def test_a_message_is_given_when_all_of_it_has_come(missing):
    parser, data = Parser(), packed(Message(Kind.REPLY, 1, b"body", b"b"))
    assert fed(parser, data[:-missing]) == []
    assert not parser.empty
    assert len(fed(parser, data[-missing:])) == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (header(magic=b"CHR2"), "does not start"),
        (b"x" * 30, "does not start"),
        (header(kind=0), "unknown kind 0"),
        (header(kind=77), "unknown kind 77"),
        (header(body=limits.BODY_BYTES + 1), "more bytes"),
        (header(blob=limits.BLOB_BYTES + 1), "more bytes"),
        (header(blob=2**64 - 1), "more bytes"),
        (header(descriptors=1), "announces descriptors"),
        (header(descriptors=MAX_DESCRIPTORS + 1), "too many descriptors"),
    ],
)
def test_a_header_outside_the_rules_is_refused_at_once(data, why):
    with pytest.raises(ProtocolFailure, match=why):
        fed(Parser(), data)


def test_memory_grows_only_as_bytes_arrive():
    parser = Parser()
    arrived = 10 * AHEAD
    tracemalloc.start()
    try:
        fed(parser, header(body=limits.BODY_BYTES, blob=limits.BLOB_BYTES))
        assert tracemalloc.get_traced_memory()[1] < 4 * AHEAD
        fed(parser, b"x" * limits.BODY_BYTES)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        fed(parser, b"x" * arrived)
        assert tracemalloc.get_traced_memory()[1] - before < (GROWTH + 3) * arrived
    finally:
        tracemalloc.stop()


def test_descriptors_go_with_the_frames_that_announce_them():
    parser = Parser(takes_descriptors=True)
    parser.descriptors += [10, 11, 12]
    data = header(descriptors=2) + header() + header(descriptors=1)
    assert [message.descriptors for message in fed(parser, data)] == [(10, 11), (), (12,)]
    with pytest.raises(ProtocolFailure, match="without the descriptors"):
        fed(parser, header(descriptors=1))
