"""PyTorch here, and whether its CUDA build fits the NVIDIA driver. No point depends on a GPU: nothing here is bad."""

import contextlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from autograder.doctor.findings import Finding, good

NAME = "PyTorch"
SECONDS = 120
DRIVER_FILE = Path("/proc/driver/nvidia/version")
QUESTION = """
import sys
sys.path[:] = filter(None, sys.path)
import json, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import torch
    usable = torch.cuda.is_available()
    gpus = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())] if usable else []
    if usable:
        try:
            torch.ones(2, device="cuda").sum().item()
        except Exception as error:
            usable, gpus = False, [str(error).splitlines()[0]]
said = [str(one.message).splitlines()[0] for one in caught]
print(json.dumps([torch.__version__, torch.version.cuda, usable, gpus, said]))
"""

# The oldest driver that can run programs of each CUDA family, and the release of the driver that began each.
# https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html
OLDEST_DRIVER = {11: 450, 12: 525, 13: 580}

SMI_CUDA = re.compile(r"CUDA (?:UMD )?Version\s*:\s*(\d+)\.(\d+)")
SMI_DRIVER = re.compile(r"(?:Driver|KMD) Version\s*:\s*(\d[\d.]*)")
FILE_DRIVER = re.compile(r"Kernel Module(?: for \S+)?\s+(\d[\d.]*)")


@dataclass(frozen=True)
class Torch:
    """An installed PyTorch. `cuda` is the version it is built for, None for the CPU build.

    `gpus` are names where it could compute on one, `said` what it warned of, or why it cannot be imported.
    """

    version: str = ""
    cuda: str | None = None
    usable: bool = False
    gpus: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Driver:
    """The NVIDIA driver: its release, and the newest CUDA that it can run where it says so."""

    release: str
    cuda: tuple[int, int] | None = None

    @property
    def family(self) -> int:
        """The newest CUDA family that it can run; 0 for one older than all that we know."""
        if self.cuda is not None:
            return self.cuda[0]
        major = int(self.release.partition(".")[0])
        return max((family for family, oldest in OLDEST_DRIVER.items() if major >= oldest), default=0)

    def __str__(self) -> str:
        newest = "" if self.cuda is None else f", which runs CUDA {self.cuda[0]}.{self.cuda[1]} at most"
        return f"driver {self.release}{newest}"


def pytorch() -> Finding:
    """PyTorch on this machine."""
    return finding_of(installed_torch(), installed_driver())


def finding_of(torch: Torch | None, driver: Driver | None) -> Finding:
    """Return what to say of a PyTorch (None: not installed) and a driver (None: no NVIDIA driver)."""
    if torch is None:
        return Finding(
            NAME,
            "weak",
            "not installed: assignments that import it cannot be graded, and no substitute that needs it is used",
            "make TORCH=cpu, or pip install torch",
        )
    if not torch.version:
        return Finding(NAME, "weak", f"installed, but it cannot be imported: {torch.said}", "install it again")
    name = torch.version
    if torch.cuda is None:
        return good(NAME, f"{name}, built for the processor alone: all that grading needs")
    name += f", built for CUDA {torch.cuda}"
    if driver is None:
        return good(NAME, f"{name}; there is no NVIDIA driver, so it computes on the processor, as grading does")
    wanted = int(torch.cuda.partition(".")[0])
    if wanted > driver.family:
        oldest = OLDEST_DRIVER.get(wanted)
        update = f"update the driver to {oldest} or later" if oldest else "update the driver"
        fitting = f"for CUDA {driver.family}" if driver.family else "for the processor alone"
        return Finding(
            NAME,
            "weak",
            f"the wrong CUDA target: {name}, but {driver}; it cannot use the GPU",
            f"install the build {fitting} (pytorch.org, Get started), or {update}",
        )
    if not torch.usable:
        why = f": {torch.said or torch.gpus[0]}" if torch.said or torch.gpus else ""
        return Finding(
            NAME,
            "weak",
            f"{name}, {driver}, and still it cannot compute on the GPU{why}",
            "look whether this build knows this GPU, and whether a GPU is given to this container",
        )
    return good(NAME, f"{name}, {driver}; it computes on {', '.join(dict.fromkeys(torch.gpus))}")


def installed_torch() -> Torch | None:
    """Ask a process of its own, so that neither its threads nor a crash of its libraries come here."""
    if find_spec("torch") is None:
        return None
    try:
        done = subprocess.run(
            [sys.executable, "-c", QUESTION], capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return Torch(said=f"its import takes more than {SECONDS} s")
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return Torch(said=lines[-1] if lines else f"exit status {done.returncode}")
    version, cuda, usable, gpus, said = json.loads(done.stdout.splitlines()[-1])
    return Torch(version, cuda, usable, tuple(gpus), " ".join(said))


def installed_driver() -> Driver | None:
    """The NVIDIA driver, by `nvidia-smi` or, where that is not there, by what the kernel says."""
    said = ""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        said = subprocess.run(
            ["nvidia-smi"], capture_output=True, text=True, errors="replace", check=False, timeout=SECONDS
        ).stdout
    with contextlib.suppress(OSError):
        said += f"\n{DRIVER_FILE.read_text(errors='replace')}"
    return read_driver(said)


def read_driver(said: str) -> Driver | None:
    """The driver in what `nvidia-smi` prints or in the kernel's file; None where neither names one."""
    release = SMI_DRIVER.search(said) or FILE_DRIVER.search(said)
    if release is None:
        return None
    cuda = SMI_CUDA.search(said)
    return Driver(release[1], (int(cuda[1]), int(cuda[2])) if cuda else None)
