"""The Gradescope package, set up from nothing and run in a clean root file system, as on Gradescope.

    python -m quality.clean_root ASSIGNMENT [--root FOLDER]

Needs root, `debootstrap` and the network. Makes a small system of the distribution that is found here (or takes the
one in FOLDER), unpacks the package into its real folders, runs `setup.sh`, and then `run_autograder` on the reference
and on the stub. Exits with 1 unless the first earns everything and the second nothing.
"""

import argparse
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autograder.course.stubs import stub_files
from autograder.platforms.build import build_packages
from quality.variants import COURSE


def main() -> None:
    """Set up, grade twice, compare."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("assignment")
    parser.add_argument("--root", type=Path, help="a clean root file system; made there if it is missing")
    arguments = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("This needs root, and debootstrap (apt-get install debootstrap).")
    assignment = COURSE.assignment(arguments.assignment)
    with tempfile.TemporaryDirectory(prefix="clean-root-") as temporary:
        root = arguments.root or Path(temporary, "root")
        if not (root / "bin").exists():
            release = platform.freedesktop_os_release()
            subprocess.run(["debootstrap", "--variant=minbase", release["VERSION_CODENAME"], root], check=True)
        place = root / "autograder"
        shutil.rmtree(place, ignore_errors=True)
        (package,) = build_packages([assignment], ["gradescope"], Path(temporary))
        with zipfile.ZipFile(package) as archive:
            archive.extractall(place / "source")
        shutil.copy(place / "source" / "run_autograder", place)
        inside(root, "bash", "/autograder/source/setup.sh")
        stub = stub_files(assignment)
        reference = {name: assignment.reference(name).read_bytes() for name in stub}
        scores = [graded(root, place, files) for files in (reference, stub)]
    print(f"{assignment.name}: the reference earned {scores[0]}, the stub {scores[1]}")
    sys.exit(0 if scores == [assignment.manifest.points, 0] else 1)


def graded(root: Path, place: Path, files: "dict[str, bytes]") -> "float | None":
    """The score of a submission, by `run_autograder`."""
    for name in ("submission", "results"):
        shutil.rmtree(place / name, ignore_errors=True)
        (place / name).mkdir()
    for name, content in files.items():
        (place / "submission" / name).write_bytes(content)
    (place / "submission_metadata.json").write_text('{"id": 1}')
    inside(root, "bash", "/autograder/run_autograder")
    results = json.loads((place / "results" / "results.json").read_text())
    print(results["output"])
    score: float | None = results.get("score")
    return score


def inside(root: Path, *command: str) -> None:
    """Run a command in the root file system, with /proc, /dev, the network, and what pip is told to use here."""
    told = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    paths = [Path(found) for found in re.findall(r"(?:file://)?(/[^\s'\"]+)", told.stdout)]
    for path in (Path("/etc/pip.conf"), Path("/etc/resolv.conf"), Path("/etc/hosts")):
        if path.exists():
            shutil.copy(path, root / path.relative_to("/"))
    trusted = root / "usr/local/share/ca-certificates/here.crt"
    trusted.parent.mkdir(parents=True, exist_ok=True)
    if (bundle := ssl.get_default_verify_paths().cafile) is not None:
        shutil.copy(bundle, trusted)
    steps = [f"mount -t proc proc {root}/proc", f"mount --rbind /dev {root}/dev"]
    for folder in {path.parent if path.name == "simple" else path for path in filter(Path.is_dir, paths)}:
        target = root / folder.relative_to("/")
        steps.append(f"mkdir -p {target} && mount --bind {folder} {target}")
    script = " && ".join([*steps, f'exec chroot {root} "$@"'])
    subprocess.run(["unshare", "--mount", "bash", "-c", script, "inside", *command], check=True)


if __name__ == "__main__":
    main()
