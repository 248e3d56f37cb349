# /// attack
# lines = [24, 37]
# tries = "Sets disk space aside past every limit of size: each mode of fallocate, the requests of XFS, holes and moves."
# score = 18
# outcomes = { "1.2" = "wrong answer" }
# attempts = 16
# ///
import fcntl
import os
import struct

_FILE = os.open(f"{os.environ['HOME']}/x", os.O_CREAT | os.O_RDWR, 0o600)
_SPACE = struct.pack("@hhqqIi4i", 0, 0, 0, 2**30, 0, 0, 0, 0, 0, 0)
_REQUESTS = {
    "RESVSP": 0x40305828, "UNRESVSP": 0x40305829, "RESVSP64": 0x4030582A, "UNRESVSP64": 0x4030582B,
    "ZERO_RANGE": 0x40305839, "ALLOCSP": 0x4030580A, "ALLOCSP64": 0x40305824, "MOVE_EXT": 0xC028660F,
}  # fmt: skip

for _mode in (1, 2, 3, 8, 16, 17, 32, 64):
    attempt(f"fallocate, mode {_mode}", system_call, "fallocate", _FILE, _mode, 0, 2**30)
for _name, _request in _REQUESTS.items():
    attempt(_name, fcntl.ioctl, _FILE, _request, _SPACE)
