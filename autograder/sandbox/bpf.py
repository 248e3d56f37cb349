"""The few instructions of classic BPF that a system-call filter is made of.

A filter sees the call's number (word 0), the processor (word 4), and six arguments of 64 bits from word 16
on. Both processors that we know are little-endian: the low half of an argument comes first.
"""

from typing import NamedTuple

LOAD = 0x20
JUMP_IF_EQUAL = 0x15
JUMP_IF_ABOVE = 0x25
JUMP_IF_AT_LEAST = 0x35
JUMP_IF_ANY_BIT = 0x45
AND = 0x54
RETURN = 0x06

NUMBER, PROCESSOR = 0, 4

KILL_PROCESS = 0x80000000
ERRNO = 0x00050000
ALLOW = 0x7FFF0000


class Instruction(NamedTuple):
    """One instruction; `then` and `otherwise` say how many to skip after a comparison."""

    code: int
    then: int
    otherwise: int
    value: int


Program = list[Instruction]


def load(offset: int) -> Instruction:
    """Load the word at `offset` of the call's data."""
    return Instruction(LOAD, 0, 0, offset)


def low(argument: int) -> Instruction:
    """Load the low half of an argument, which is all the kernel reads of an int."""
    return load(16 + 8 * argument)


def high(argument: int) -> Instruction:
    """Load the high half of an argument."""
    return load(20 + 8 * argument)


def result(value: int) -> Instruction:
    """End with `ALLOW`, `KILL_PROCESS`, or `ERRNO` plus an errno."""
    return Instruction(RETURN, 0, 0, value)


def when(code: int, value: int, block: Program) -> Program:
    """Run `block`, which must end in a result, where the loaded word compares so; otherwise skip it."""
    return [Instruction(code, 0, len(block), value), *block]
