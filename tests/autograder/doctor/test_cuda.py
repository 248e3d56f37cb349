"""PyTorch against the driver, from recorded outputs."""

import pytest

from autograder.doctor import cuda
from autograder.doctor.cuda import Driver, Torch, finding_of, installed_torch, read_driver

pytestmark = pytest.mark.slow

SMI_550 = """
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
"""
SMI_610 = """
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 610.43.02              KMD Version: 610.43.02     CUDA UMD Version: 13.3     |
+-----------------------------------------+------------------------+----------------------+
"""
SMI_FULL = """
==============NVSMI LOG==============

Driver Version                            : 450.66
CUDA Version                              : 11.0
"""
SMI_OLD = "| NVIDIA-SMI 331.62     Driver Version: 331.62         |"
SMI_FAILED = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
    "Make sure that the latest NVIDIA driver is installed and running."
)
KERNEL = (
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.223.02  Sat Oct  7 15:39:11 UTC 2023\nGCC version:  gcc 9.4.0"
)
OPEN_KERNEL = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build  (root)"

TOO_OLD = "CUDA initialization: The NVIDIA driver on your system is too old (found version 12040)."


@pytest.mark.parametrize(
    ("said", "release", "cuda_version", "family"),
    [
        (SMI_550, "550.54.15", (12, 4), 12),
        (SMI_610, "610.43.02", (13, 3), 13),
        (SMI_FULL, "450.66", (11, 0), 11),
        (SMI_OLD, "331.62", None, 0),
        (KERNEL, "470.223.02", None, 11),
        (OPEN_KERNEL, "580.82.07", None, 13),
        (f"{SMI_FAILED}\n{KERNEL}", "470.223.02", None, 11),
    ],
)
def test_the_driver_is_read(said, release, cuda_version, family):
    driver = read_driver(said)
    assert driver == Driver(release, cuda_version)
    assert driver.family == family


@pytest.mark.parametrize("said", ["", SMI_FAILED])
def test_no_driver(said):
    assert read_driver(said) is None


CPU = Torch("2.13.0+cpu")
CU130 = Torch("2.13.0+cu130", "13.0", said=TOO_OLD)
CU126 = Torch("2.13.0+cu126", "12.6", True, ("NVIDIA L4",))
CU124_IDLE = Torch("2.6.0+cu124", "12.4", said="No CUDA GPUs are available")


@pytest.mark.parametrize(
    ("torch", "driver", "state", "found", "remedy"),
    [
        (None, None, "weak", "not installed", "pip install torch"),
        (Torch(said="ImportError: libcudart.so.13: cannot open"), None, "weak", "libcudart.so.13", "again"),
        (CPU, None, "good", "for the processor alone", ""),
        (CPU, SMI_550, "good", "for the processor alone", ""),
        (CU130, None, "good", "no NVIDIA driver", ""),
        (CU130, SMI_550, "weak", "wrong CUDA target", "the build for CUDA 12 (pytorch.org, Get started), or update"),
        (CU130, SMI_550, "weak", "driver 550.54.15, which runs CUDA 12.4 at most", "to 580 or later"),
        (CU130, KERNEL, "weak", "wrong CUDA target", "the build for CUDA 11"),
        (CU130, SMI_OLD, "weak", "wrong CUDA target", "the build for the processor alone"),
        (Torch("3.0", "14.0"), SMI_610, "weak", "wrong CUDA target", "or update the driver"),
        (CU126, SMI_550, "good", "computes on NVIDIA L4", ""),
        (CU126, SMI_610, "good", "computes on NVIDIA L4", ""),
        (CU124_IDLE, SMI_550, "weak", "No CUDA GPUs are available", "this GPU"),
    ],
)
def test_a_build_is_held_against_the_driver(torch, driver, state, found, remedy):
    finding = finding_of(torch, read_driver(driver) if driver else None)
    assert finding.state == state
    assert found in finding.found
    assert remedy in finding.remedy
    assert bool(finding.remedy) == (state != "good")


def test_the_installed_one_is_asked():
    torch = pytest.importorskip("torch")
    assert installed_torch().version == torch.__version__


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("raise ImportError('libcudart.so.13: no such file')", "ImportError: libcudart.so.13: no such file"),
        ("import os; os._exit(7)", "exit status 7"),
        ("import time; time.sleep(60)", "more than 1 s"),
    ],
)
def test_one_that_cannot_be_imported_says_why(monkeypatch, question, says):
    monkeypatch.setattr(cuda, "find_spec", lambda name: object())
    monkeypatch.setattr(cuda, "QUESTION", question)
    monkeypatch.setattr(cuda, "SECONDS", 1)
    torch = installed_torch()
    assert says in torch.said
    assert "cannot be imported" in finding_of(torch, None).found
