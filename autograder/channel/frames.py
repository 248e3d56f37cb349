"""Frames: how bytes travel between the grader and a student process.

A frame is a header, a body (msgpack, small) and a blob (the numbers of arrays, concatenated). Descriptors of
sealed memory files may accompany a frame, from the grader to the student only.
"""

import enum
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.channel import limits
from autograder.channel.failures import ProtocolFailure

_HEADER = struct.Struct("!4sBBIIQ")
_MAGIC = b"CHR1"
HEADER_BYTES = _HEADER.size
MAX_DESCRIPTORS = 32
AHEAD = 64 * 1024
"""Bytes to ask for where a frame begins, and of a blob that travels with what comes before it: frames alternate, so
nothing else is on the way, and most of them take one system call at each end.
"""


class Kind(enum.IntEnum):
    """What a frame is; grader and student send frames in strict alternation."""

    REQUEST = 1
    REPLY = 2
    CALLBACK = 3
    ANSWER = 4


@dataclass(frozen=True)
class Header:
    """The fixed-size head of a frame; lengths in bytes."""

    kind: Kind
    descriptors: int
    sequence: int
    body_length: int
    blob_length: int


@dataclass(frozen=True)
class Message:
    """A frame taken apart. `sequence` ties a reply to its request."""

    kind: Kind
    sequence: int
    body: bytes | bytearray
    blob: bytes | bytearray = b""
    descriptors: tuple[int, ...] = ()


def pack(message: Message) -> tuple[bytes | bytearray, ...]:
    """The frame, in the parts in which it is written."""
    header = _HEADER.pack(
        _MAGIC,
        message.kind,
        len(message.descriptors),
        message.sequence,
        len(message.body),
        len(message.blob),
    )
    if len(message.blob) > AHEAD:
        return header + message.body, message.blob
    return (header + message.body + message.blob,)


def unpack_header(data: bytes | bytearray) -> Header:
    """Read and check a header. Raises `ProtocolFailure` for anything outside the rules."""
    magic, kind, descriptors, sequence, body_length, blob_length = _HEADER.unpack(data)
    if magic != _MAGIC:
        raise ProtocolFailure("a frame does not start as frames do")
    try:
        known = Kind(kind)
    except ValueError:
        raise ProtocolFailure(f"a frame of unknown kind {kind}") from None
    if body_length > limits.BODY_BYTES or blob_length > limits.BLOB_BYTES:
        raise ProtocolFailure("a frame declares more bytes than may be sent")
    if descriptors > MAX_DESCRIPTORS:
        raise ProtocolFailure("a frame declares too many descriptors")
    return Header(known, descriptors, sequence, body_length, blob_length)


def send(connection: socket.socket, message: Message) -> None:
    """Write a frame to a blocking socket. Raises `OSError` where the other side is gone."""
    first, *rest = pack(message)
    sent = 0
    if message.descriptors:
        sent = socket.send_fds(connection, [first], message.descriptors)
    connection.sendall(memoryview(first)[sent:])
    for part in rest:
        connection.sendall(part)


def receive(connection: socket.socket) -> Message | None:
    """Read a frame, with its descriptors, from a blocking socket; `None` at the end of the stream, and where something
    follows that nobody asked for.
    """
    begun = bytearray()
    descriptors: list[int] = []
    while len(begun) < HEADER_BYTES:
        data, received, _, _ = socket.recv_fds(connection, AHEAD, MAX_DESCRIPTORS)
        if not data:
            return None
        begun += data
        descriptors += received
    header = unpack_header(begun[:HEADER_BYTES])
    body_end = HEADER_BYTES + header.body_length
    body = _filled(connection, begun[HEADER_BYTES:body_end], header.body_length)
    blob = _filled(connection, begun[body_end:], header.blob_length)
    if body is None or blob is None or len(descriptors) != header.descriptors:
        return None
    return Message(header.kind, header.sequence, body, blob, tuple(descriptors))


def _filled(connection: socket.socket, begun: bytearray, length: int) -> bytearray | None:
    """What has come of `length` bytes, and the rest of them; `None` where they do not come, or more have come."""
    if len(begun) > length:
        return None
    buffer, filled = bytearray(length), len(begun)
    buffer[:filled] = begun
    view = memoryview(buffer)
    while filled < length:
        count = connection.recv_into(view[filled:])
        if not count:
            return None
        filled += count
    return buffer


def join(parts: Sequence[memoryview]) -> bytearray:
    """The blob of a frame from the parts that an encoder collected."""
    return bytearray().join(parts)
