"""Throw frames at the grader's end of the channel: whatever a student process sends is a value or is refused.

    python -m quality.fuzz [--frames 200000] [--seed N]

Every frame goes the whole way, from the socket through the client to a decoded value, as the reply to a call, to a
batch, to a call of an attribute, to two attributes, to a compilation or to an evaluation. Hypothesis draws frames
(valid ones, forged ones, too many of them, nested and oversized ones, noise), and of each come several that are broken
at random. Anything raised but what a check expects of a student process, any accepted thing that is no value, and any
frame that takes much memory or time is a failure. Prints its counts; exits with 1 after a failure, with the frame that
did it.
"""

import argparse
import gc
import os
import random
import resource
import secrets
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from autograder.channel import frames, limits
from autograder.channel.client import Client
from autograder.channel.failures import ProtocolFailure, StudentDied, StudentError, Unsendable
from autograder.channel.frames import HEADER_BYTES, Kind, Message
from autograder.channel.refusals import FORBIDDEN, UNSENDABLE
from autograder.channel.values import DTYPES, Device, DType, Handle, TensorSnapshot
from autograder.course.manifest import Limits
from autograder.grading.output import Output
from autograder.grading.process import StudentProcess
from tests.autograder.channel.test_values import VALUES, encoded

FRAMES_OF_AN_EXAMPLE = 20
FRAMES_OF_A_RUN = 10_000
"""Hypothesis remembers every example of a run, in memory that is not the decoder's."""

LARGE_BYTES = 2**16
"""Frames from this size on are broken once only: each takes a hundred times as long as another."""

SECONDS = 10.0
"""The most computing time that one frame may take, on a slow machine."""

MEMORY_BYTES = 640 * 2**20
"""Bytes that decoding may take beyond what the process holds at the start: a bit over twice the largest blob."""

LEAVES = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))
HUGE = (0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**40, 2**63 - 1, 2**64 - 1)


class NotAValue(AssertionError):
    """The decoder let something through that no check may ever see."""


class Sent(StudentProcess):
    """A student process that has sent these bytes and ended."""

    def __init__(self, data: bytes) -> None:
        super().__init__(None, Path(os.devnull), Limits())  # type: ignore[arg-type]
        self._socket, self._theirs = socket.socketpair()
        self._socket.setblocking(False)
        self.output = Output(os.open(os.devnull, os.O_RDONLY))
        self.pid = os.getpid()
        self._sender = threading.Thread(target=self._send_all, args=(data,))
        if len(data) < 2**15:
            self._send_all(data)
        else:
            self._sender.start()

    def __enter__(self) -> "Sent":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        if self._sender.ident is not None:
            self._sender.join()
        self._theirs.close()
        os.close(self.output.descriptor)

    def _look_outside(self) -> None:
        """Look at nothing: what a real process holds and computes is not what frames are about."""

    def _send_all(self, data: bytes) -> None:
        with suppress(OSError):  # the grader has hung up, which it may
            self._theirs.sendall(data)
            self._theirs.shutdown(socket.SHUT_WR)

    def _end(self) -> None:
        """Nothing: there is no process."""

    def _exit_status(self, seconds: float) -> int:
        return 0

    def _cpu_now(self) -> float:
        return 0.0

    def _measure_load(self) -> None:
        """Nothing: there is no process."""


TARGET = Handle(1, "Model")
RELEASED = Handle(9, "Model")


def function(x: Any, y: Any = 0) -> Any:
    """A check's function, which a student process may call."""
    require_value(x)
    require_value(y)
    return x


def ask_for_a_call(client: Client) -> None:
    """Have something called."""
    require_value(client.request("call", TARGET, [function], {}))


def ask_for_a_batch(client: Client) -> None:
    """Have something called after two operations that nobody waits for."""
    client.defer("set", TARGET, "activation", function)
    client.defer("setitem", TARGET, 0, np.zeros(3))
    require_value(client.request("call", TARGET, [function], {}))


def ask_for_an_attribute(client: Client) -> None:
    """Have an attribute fetched and called."""
    attribute = client.attribute(TARGET, "step")
    require_value(client.invoke(attribute, [function], {}))
    require(attribute.fetched)
    require_value(attribute.value)


def ask_for_attributes(client: Client) -> None:
    """Have two attributes fetched together."""
    for attribute in [client.attribute(TARGET, "weights"), client.attribute(TARGET, "bias")]:
        require_value(client.value(attribute))


def ask_for_code(client: Client) -> None:
    """Have the submission compiled."""
    codes = client.compiled(["model"])
    require(type(codes) is dict and all(type(part) in (str, bytes) for pair in codes.items() for part in pair))


def ask_for_results(client: Client) -> None:
    """Have an expression evaluated: two results, both of them handles on something that has not been released."""
    client._released.add(RELEASED.ident)
    results = client.evaluate([["add", [False, TARGET], [False, 1.0]], ["neg", [True, 0]]], [0, 1])
    require(len(results) == 2)
    for result in results:
        require(type(result) is Handle and result.ident > 0 and result.ident != RELEASED.ident and result.kept)
        require_value(result)


QUESTIONS: dict[str, Callable[[Client], None]] = {
    "call": ask_for_a_call,
    "batch": ask_for_a_batch,
    "attribute": ask_for_an_attribute,
    "attributes": ask_for_attributes,
    "code": ask_for_code,
    "evaluation": ask_for_results,
}


def judge(data: bytes, question: str = "call") -> str:
    """Return in a word how a frame that answers a question ended. Raises whatever must not happen."""
    started = time.process_time()
    try:
        with Sent(data) as process:
            client = Client(process)
            QUESTIONS[question](client)
            process.require_silence()
        outcome = "accepted"
    except ProtocolFailure:
        outcome = "refused"
    except StudentDied:
        outcome = "cut short"
    except Unsendable as error:
        outcome = "accepted"
        require(error.code in UNSENDABLE)
    except StudentError as error:
        outcome = "accepted"
        texts = [error.type_name, error.text, *error.bases]
        for frame in error.frames:
            texts += [frame.file, frame.function, frame.source]
            require(type(frame.line) is int)
        require(all(type(text) is str and len(text) <= limits.TEXT for text in texts))
        require(error.forbidden is None or error.forbidden in FORBIDDEN)
    require(time.process_time() - started < SECONDS)
    return outcome


def require(condition: bool) -> None:
    """Raise `NotAValue` where it does not hold."""
    if not condition:
        raise NotAValue


def require_value(value: Any, depth: int = 0) -> None:
    """Raise `NotAValue` unless it is of exact types that may cross, all the way down."""
    kind = type(value)
    require(depth <= limits.DEPTH + 2)
    if kind in LEAVES:
        return
    if kind is np.ndarray:
        require(value.dtype.name in DTYPES and value.nbytes <= limits.BLOB_BYTES)
        require(value.size == 0 or value.ravel()[-1] is not None)
    elif isinstance(value, np.generic):
        require(kind.__module__ == "numpy" and value.dtype.name in DTYPES)
    elif kind in (list, tuple):
        for part in value:
            require_value(part, depth + 1)
    elif kind is dict:
        require(len(value) <= limits.DICT_ITEMS)
        for key, part in value.items():
            require(not isinstance(key, (list, dict, np.ndarray, Handle, TensorSnapshot)))
            require_value(key, depth + 1)
            require_value(part, depth + 1)
    elif kind is slice:
        for part in (value.start, value.stop, value.step):
            require_value(part, depth + 1)
    elif kind is TensorSnapshot:
        require(type(value.ident) is int and type(value.requires_grad) is bool and type(value.is_leaf) is bool)
        require(all(type(length) is int for length in value.shape))
        require(all(type(text) is str for text in (value.dtype, value.device, value.grad_fn or "")))
        require_value(value.values, depth + 1)
    elif kind is Handle:
        require(type(value.ident) is int and type(value.type_name) is str and type(value.kept) is bool)
    elif kind is DType:
        require(type(value.library) is str and type(value.name) is str)
    else:
        require(kind is Device and type(value.name) is str)


def packed(content: Any) -> bytes:
    """A body as msgpack writes it."""
    data: bytes = msgpack.packb(content, unicode_errors="surrogatepass")
    return data


def frame(body: bytes, blob: bytes = b"", kind: int = Kind.REPLY, sequence: int = 1) -> bytes:
    """A whole frame that answers the first request."""
    return b"".join(frames.pack([Message(kind, sequence, body, blob)]))  # type: ignore[arg-type]


def nested(depth: int, tag: str) -> bytes:
    """A body nested to this depth, written by hand: msgpack's own writer stops earlier."""
    head = b"\x92" + packed(tag) if tag else b"\x91"
    return b"\x92" + packed("value") + head * depth + b"\xc0"


def long(piece: bytes, count: int) -> bytes:
    """A body that is a list of so many equal pieces."""
    return b"\x92" + packed("value") + b"\xdd" + struct.pack(">I", count + 1) + packed("list") + piece * count


PLAIN_TAGS = ["list", "tuple", "dict", "int", "complex", "scalar", "array", "slice", "ellipsis", "path"]
TAGS = st.sampled_from([*PLAIN_TAGS, "handle", "tensor", "dtype", "device", "callback", "ref", "other"])
DTYPE_NAMES = st.sampled_from([*sorted(DTYPES), "object", "datetime64[s]", "bfloat16", ">f8", ""])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.sampled_from(HUGE)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=20)
)
SHAPES = st.lists(st.integers(-1, 4) | st.sampled_from(HUGE), max_size=4)
ARRAYS = st.tuples(st.just("array"), DTYPE_NAMES, SHAPES, st.integers(-2, 20)).map(list)
BYTES = st.integers(0, 40).map(lambda n: ["array", "uint8", [n], 0])
TENSORS = st.tuples(
    *(st.just("tensor"), st.integers(0, 9), DTYPE_NAMES, SHAPES, ARRAYS | BYTES | st.none(), st.text(max_size=5)),
    *(st.booleans(), st.booleans(), st.none() | st.text(max_size=5)),
).map(list)
IDENTS = st.integers(-1, 9) | st.booleans() | st.sampled_from([2**31, 2**63, -(2**63)])
HANDLES = st.tuples(st.just("handle"), IDENTS, st.text(max_size=5), st.booleans()).map(list)
KEPT = st.integers(1, 8).map(lambda ident: ["handle", ident, "Model", True])


WIRES = st.recursive(
    SCALARS | ARRAYS | BYTES | TENSORS | HANDLES,
    lambda inner: st.tuples(TAGS | SCALARS, st.lists(inner, max_size=4)).map(lambda pair: [pair[0], *pair[1]]),
    max_leaves=12,
)


REPORTS = st.tuples(
    st.just("raised"),
    SCALARS,
    st.lists(SCALARS, max_size=3) | SCALARS,
    SCALARS,
    st.lists(st.lists(SCALARS, min_size=4, max_size=4), max_size=3) | SCALARS,
    st.sampled_from([None, *FORBIDDEN]) | SCALARS,
).map(list)
CONTENTS = (
    WIRES.map(lambda wire: ["value", wire])
    | st.tuples(st.just("unsendable"), st.sampled_from(sorted(UNSENDABLE)) | WIRES).map(list)
    | REPORTS
    | WIRES
)
RESULTS = st.tuples(st.sampled_from(["list", "list", "tuple"]), st.lists(KEPT | HANDLES, max_size=3)).map(
    lambda pair: ["value", [pair[0], *pair[1]]]
)
TOGETHER = st.lists(WIRES, min_size=1, max_size=3).map(lambda wires: ["value", ["list", *wires]])
CODES = st.dictionaries(st.text(max_size=5), st.binary(max_size=20) | SCALARS, max_size=3).map(
    lambda codes: ["value", ["dict", *(part for pair in codes.items() for part in pair)]]
)
ENDS: st.SearchStrategy[Any] = st.just([]) | CONTENTS.filter(lambda content: isinstance(content, list))
FETCHED = st.tuples(HANDLES | WIRES, ENDS).map(lambda pair: ["got", pair[0], *pair[1]])
SEVERAL = st.lists(WIRES, max_size=4).map(lambda wires: ["value", *wires])
BODIES = (CONTENTS | RESULTS | TOGETHER | CODES | FETCHED | SEVERAL).map(packed)
CALLS = st.tuples(st.just("callback"), st.just(0) | SCALARS, WIRES.map(lambda wire: ["list", wire]), st.just(["dict"]))
DECLARED = st.tuples(st.sampled_from([0xC6, 0xC9, 0xDB, 0xDD, 0xDF]), st.integers(0, 2**32 - 1), st.binary(max_size=9))
PIECES = st.sampled_from([b"\x90", b"\x91\xa4list", b"\x91\xa4dict", b"\x80", b"\xc0", b"\xd9\x03abc", b"\xd4\x01x"])
REPLIES = st.builds(frame, BODIES, st.binary(max_size=40))
CALLBACKS = st.builds(frame, CALLS.map(packed), st.binary(max_size=40), st.just(Kind.CALLBACK))
FRAMES = (
    REPLIES
    | VALUES.map(lambda value: frame(*encoded(value)))
    | st.builds(bytes.__add__, CALLBACKS, REPLIES)
    | st.lists(REPLIES, min_size=2, max_size=3).map(b"".join)
    | st.builds(frame, CONTENTS.map(packed), st.binary(max_size=9), st.sampled_from(Kind), st.integers(0, 3))
    | st.builds(frame, st.binary(max_size=60))
    | st.builds(nested, st.integers(0, 60) | st.integers(500, 100_000), st.sampled_from(["", "list", "tuple"])).map(
        frame
    )
    | st.builds(long, PIECES, st.integers(0, 999) | st.just(limits.CONTAINERS) | st.just(600_000)).map(frame)
    | DECLARED.map(lambda parts: frame(struct.pack(">BI", *parts[:2]) + parts[2]))
    | st.builds(
        lambda magic, *rest: struct.pack("!4sBBIIQ", magic, *rest),
        st.just(b"CHR1") | st.binary(min_size=4, max_size=4),
        *(st.integers(0, 255), st.integers(0, 255), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)),
        st.integers(0, 2**64 - 1),
    )
    | st.binary(max_size=200)
)


def broken(data: bytes, chance: random.Random) -> bytes:
    """The frame with some damage; mostly with its declared length set right again, so that it is looked into."""
    content = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        start = chance.randrange(len(content) + 1)
        stop = min(len(content), start + chance.choice((1, 1, 2, 4, 8, 50)))
        damage = chance.randrange(6)
        if damage == 0 and content:
            content[min(start, len(content) - 1)] ^= 1 << chance.randrange(8)
        elif damage == 1:
            content[start:stop] = chance.randbytes(stop - start)
        elif damage == 2:
            del content[start:stop]
        elif damage == 3:
            content[start:start] = content[start:stop] * chance.choice((1, 2, 40))
        elif damage == 4:
            del content[start:]
        else:
            content[start:stop] = chance.choice(HUGE).to_bytes(8, "big")[-(stop - start) :] if stop > start else b""
    if len(content) > HEADER_BYTES and chance.random() < 0.8:
        blob = min(int.from_bytes(data[14:22], "big"), len(content) - HEADER_BYTES)
        content[:HEADER_BYTES] = data[:HEADER_BYTES].ljust(HEADER_BYTES, b"\0")
        content[10:14] = (len(content) - HEADER_BYTES - blob).to_bytes(4, "big")
        content[14:22] = blob.to_bytes(8, "big")
    return bytes(content)


def fuzz(count: int, start: int) -> Counter[str]:
    """Judge this many frames or a few more; how many ended how. Raises what must not happen."""
    outcomes: Counter[str] = Counter()
    while outcomes.total() < count:
        _some(min(FRAMES_OF_A_RUN, count - outcomes.total()), start, outcomes)
        gc.collect()
        start += 1
    return outcomes


def _some(count: int, start: int, outcomes: Counter[str]) -> None:
    """Judge at most about this many frames, and count them in `outcomes`."""

    @seed(start)
    @settings(
        max_examples=max(1, count // FRAMES_OF_AN_EXAMPLE),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(FRAMES, st.sampled_from(sorted(QUESTIONS)), st.integers(0, 2**32))
    def examples(data: bytes, question: str, number: int) -> None:
        chance = random.Random(number)
        outcomes[judge(data, question)] += 1
        for _ in range(FRAMES_OF_AN_EXAMPLE - 1 if len(data) < LARGE_BYTES else 1):
            outcomes[judge(broken(data, chance), question)] += 1

    examples()


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Nothing can take more memory than it may: asking for it is a `MemoryError`."""
    held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held + MEMORY_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def main() -> None:
    """Run everything and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    before = resource.getrusage(resource.RUSAGE_SELF)
    with bounded_memory():
        outcomes = fuzz(arguments.frames, arguments.seed)
    after = resource.getrusage(resource.RUSAGE_SELF)
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items()))
    print(f"{outcomes.total():,} frames: {counts}; nothing else")
    print(f"{after.ru_utime - before.ru_utime:.0f} s; memory grew by {(after.ru_maxrss - before.ru_maxrss) >> 10} MiB")


if __name__ == "__main__":
    main()
