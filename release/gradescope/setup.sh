#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the image of this assignment.
set -euo pipefail
source=/autograder/source

apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv ca-certificates

# Not below /root: submissions run as a user without rights, who must be able to start Python.
python3 -m venv /autograder/venv
export PIP_CONSTRAINT="$source/constraints.txt" PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
/autograder/venv/bin/python -m pip install --quiet "$source"/wheels/*.whl
if [ "$(cat "$source/needs_torch")" = yes ]; then
    # Only the CPU build: Gradescope's containers have no GPU, and CUDA takes gigabytes.
    /autograder/venv/bin/python -m pip install --quiet --retries 1 torch --extra-index-url https://download.pytorch.org/whl/cpu
fi
chmod a+rx /autograder
/autograder/venv/bin/python -m compileall -q /autograder/venv/lib || true
if grep -q '^\[data' "$source"/course/assignments/*/assignment.toml; then
    # Without MNIST, results are provisional, and say so.
    (cd "$source/course" && XDG_CACHE_HOME=/autograder/cache /autograder/venv/bin/autograder data) || true
fi
