"""The environment of a student process: a short white list, whatever the grader's own holds."""

import os
import sys

# Programs that cannot start without them: a relocated interpreter, anything on Windows.
PASSED_ON = ("LD_LIBRARY_PATH",) if sys.platform != "win32" else ("SYSTEMROOT",)

THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR")


def scrubbed(home: str) -> dict[str, str]:
    """The whole environment for a student process whose writable folder is `home`."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "USER": "student",
        "LOGNAME": "student",
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "TORCHINDUCTOR_CACHE_DIR": home,
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "VECLIB_MAXIMUM_THREADS": "1",
    }
    environment |= {f"{library}_NUM_THREADS": "1" for library in THREADS}
    return environment | {name: os.environ[name] for name in PASSED_ON if name in os.environ}
