"""Time one update of a network with the reference of assignment 12 (Values, Tensors) and with PyTorch.

    python -m benchmarks.engine_speed

Prints, for networks of several sizes, the computing time of the fastest of several updates, on one thread. Values are
left out where they would take minutes. `python engine.py` prints the first row for a student's own engine.
"""

import os
import time
import timeit
from collections.abc import Callable

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is imported

import numpy as np
import torch

from quality.figures import reference

SIZES = [([2, 8, 8, 1], 100, True), ([2, 64, 64, 1], 1000, False), ([2, 256, 256, 1], 1000, False)]
"""Networks, how many samples, and whether Values take part."""


def main() -> None:
    """Print a row for each network."""
    torch.set_num_threads(1)
    engine = reference("12_engine", "engine.py")
    print("| Network | Samples | Value | Tensor | PyTorch |\n|---|---:|---:|---:|---:|")
    for sizes, m, with_values in SIZES:
        X, y = engine.two_moons(m, np.random.default_rng(1))
        times = [
            f"{_milliseconds(engine.value_step(sizes, X, y), 10):.0f} ms" if with_values else "",
            f"{_milliseconds(engine.tensor_step(sizes, X, y), 50):.2f} ms",
            f"{_milliseconds(engine.pytorch_step(sizes, X, y), 50):.2f} ms",
        ]
        print(f"| {'-'.join(map(str, sizes))} | {m:,} | {' | '.join(times)} |", flush=True)


def _milliseconds(step: Callable[[], None], repeats: int) -> float:
    return 1e3 * min(timeit.repeat(step, timer=time.process_time, number=1, repeat=repeats))


if __name__ == "__main__":
    main()
