"""Frames: how bytes travel between the grader and a student process.

A frame is a header, a body (msgpack, small) and a blob (the numbers of arrays, concatenated). Descriptors of
sealed memory files may accompany a frame, from the grader to the student only. At both ends `pack` makes bytes of
messages, and a `Parser` makes messages of bytes.
"""

import enum
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.channel import limits
from autograder.channel.failures import ProtocolFailure

_HEADER = struct.Struct("!4sBBIIQ")
_MAGIC = b"CHR1"
HEADER_BYTES = _HEADER.size
MAX_DESCRIPTORS = 32
AHEAD = 64 * 1024
"""Bytes to ask for where a frame begins, and of a blob that is written together with what comes before it: most
frames take one system call at each end.
"""

GROWTH = 4
"""Memory that a part of a frame may take, as a multiple of what has been filled."""


class Kind(enum.IntEnum):
    """The kind of a frame.

    Grader and student take turns. The grader sends one `ANSWER`, or a batch: any number of `DEFERRED` and one
    `REQUEST`, all with one number. The student sends one frame: a `CALLBACK`, or the one `REPLY` to the whole batch.
    """

    REQUEST = 1
    REPLY = 2
    CALLBACK = 3
    ANSWER = 4
    DEFERRED = 5


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


def pack(messages: Iterable[Message]) -> tuple[bytes | bytearray, ...]:
    """The frames, in the parts in which they are written. Only the last may have descriptors, or a large blob."""
    begun = bytearray()
    blob: bytes | bytearray = b""
    for message in messages:
        blob = message.blob
        begun += _HEADER.pack(
            _MAGIC,
            message.kind,
            len(message.descriptors),
            message.sequence,
            len(message.body),
            len(blob),
        )
        begun += message.body
        if len(blob) <= AHEAD:
            begun += blob
    return (begun, blob) if len(blob) > AHEAD else (begun,)


def unpack_header(data: bytes | bytearray | memoryview, most_bytes: int = limits.BLOB_BYTES) -> Header:
    """Read and check a header, whose blob has at most `most_bytes`. Raises `ProtocolFailure` for a wrong one."""
    magic, kind, descriptors, sequence, body_length, blob_length = _HEADER.unpack(data)
    if magic != _MAGIC:
        raise ProtocolFailure("a frame does not start as frames do")
    try:
        known = Kind(kind)
    except ValueError:
        raise ProtocolFailure(f"a frame of unknown kind {kind}") from None
    if body_length > limits.BODY_BYTES or blob_length > most_bytes:
        raise ProtocolFailure("a frame declares more bytes than may be sent")
    if descriptors > MAX_DESCRIPTORS:
        raise ProtocolFailure("a frame declares too many descriptors")
    return Header(known, descriptors, sequence, body_length, blob_length)


class Parser:
    """Makes messages of bytes, in whichever pieces they arrive.

    Call `next` until it gives nothing, read some bytes into `space`, say how many to `filled`, and begin again.
    Memory grows only as bytes arrive, and those of a large frame are read to where they stay. Where
    `takes_descriptors` is set, append to `descriptors` what has come with the bytes; elsewhere a frame that announces
    some is refused, and so is a blob of more than `most_bytes`.
    """

    def __init__(self, *, takes_descriptors: bool = False, most_bytes: int = limits.BLOB_BYTES) -> None:
        self.descriptors: list[int] = []
        self._takes_descriptors = takes_descriptors
        self._most_bytes = most_bytes
        self._ahead = memoryview(bytearray(AHEAD))
        self._start = self._end = 0
        self._begun: _Frame | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing has arrived that `next` has not given."""
        return self._begun is None and self._start == self._end

    def space(self) -> memoryview:
        """Return where the next bytes belong."""
        return self._ahead[self._end :] if self._begun is None else self._begun.unfinished().space()

    def filled(self, count: int) -> None:
        """Take note that `count` bytes have been read into `space`."""
        if self._begun is None:
            self._end += count
        else:
            self._begun.unfinished().filled += count

    def next(self) -> Message | None:
        """The next message, once all of it has arrived. Raises `ProtocolFailure` for one outside the rules."""
        begun = self._begun
        if begun is None:
            header = self._next_header()
            if header is None:
                return None
            middle = self._start + header.body_length
            end = middle + header.blob_length
            if end <= self._end:
                body, blob = self._ahead[self._start : middle].tobytes(), bytearray(self._ahead[middle:end])
                self._start = end
                return self._message(header, body, blob)
            begun = self._begun = _Frame(header, _Part(header.body_length), _Part(header.blob_length))
            for part in (begun.body, begun.blob):
                self._start += part.take(self._ahead[self._start : self._end])
        if begun.unfinished().missing:
            return None
        self._begun = None
        return self._message(begun.header, begun.body.content, begun.blob.content)

    def _next_header(self) -> Header | None:
        rest = self._end - self._start
        if rest < HEADER_BYTES:
            self._ahead[:rest] = self._ahead[self._start : self._end]
            self._start, self._end = 0, rest
            return None
        header = unpack_header(self._ahead[self._start : self._start + HEADER_BYTES], self._most_bytes)
        if header.descriptors and not self._takes_descriptors:
            raise ProtocolFailure("a frame that announces descriptors")
        self._start += HEADER_BYTES
        return header

    def _message(self, header: Header, body: bytes | bytearray, blob: bytearray) -> Message:
        descriptors: tuple[int, ...] = ()
        if header.descriptors:
            descriptors = tuple(self.descriptors[: header.descriptors])
            del self.descriptors[: header.descriptors]
            if len(descriptors) < header.descriptors:
                raise ProtocolFailure("a frame without the descriptors that it announces")
        return Message(header.kind, header.sequence, body, blob, descriptors)


class _Part:
    """A body or a blob of known length, as far as it has arrived."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.filled = 0
        self.content = bytearray(min(length, AHEAD))

    @property
    def missing(self) -> int:
        """Bytes that have not arrived."""
        return self.length - self.filled

    def space(self) -> memoryview:
        """Return where its next bytes belong."""
        if self.filled == len(self.content):
            larger = bytearray(min(self.length, GROWTH * self.filled))
            larger[: self.filled] = self.content
            self.content = larger
        return memoryview(self.content)[self.filled :]

    def take(self, data: memoryview) -> int:
        """Take the bytes that belong here from the beginning of `data`, and say how many they are."""
        count = min(self.missing, len(data))
        self.content[self.filled : self.filled + count] = data[:count]
        self.filled += count
        return count


@dataclass(frozen=True)
class _Frame:
    """A frame that has not arrived whole."""

    header: Header
    body: _Part
    blob: _Part

    def unfinished(self) -> _Part:
        """The part whose bytes arrive next."""
        return self.body if self.body.missing else self.blob


def join(parts: Sequence[memoryview]) -> bytearray:
    """The blob of a frame from the parts that an encoder collected."""
    return bytearray().join(parts)
