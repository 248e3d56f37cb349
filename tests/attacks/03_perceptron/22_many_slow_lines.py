# /// attack
# lines = [22]
# tries = "Right, with twelve lines that each use up the import's time, and a handler that swallows the interruption."
# on = "maker"
# score = 0
# outcomes = { "1.1" = "timed out" }
# says = "the import took more than"
# slow = true
# ///
from pathlib import Path

SLOW = b"""
import signal
for _number in range(12):
    try:
        while True:
            pass
    except BaseException:
        pass
signal.signal(signal.SIGPROF, signal.SIG_IGN)
while True:
    pass
"""


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").write_bytes(reference["perceptron.py"] + SLOW)
