"""Seeds: inputs that nobody can predict and every regrade repeats."""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

SECRET_FILE = ".course_secret"


def course_secret(root: Path) -> bytes:
    """The course's secret, made at first use; readable by its owner only. Raises `OSError`."""
    path = root / SECRET_FILE
    if not path.exists():
        temporary = path.with_name(f"{SECRET_FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        with contextlib.suppress(FileExistsError):  # another run made it in the meantime
            os.link(temporary, path)
        temporary.unlink()
    secret = path.read_bytes()
    if not secret:
        raise OSError(f"{path} is empty: put the course's secret back, or remove the file to make a new one.")
    return secret


def submission_seed(secret: bytes, assignment: str, submission: str) -> int:
    """The seed of a submission, below 2**63: HMAC-SHA256 over the assignment's and the submission's names."""
    message = f"{assignment}\0{submission}".encode()
    return int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big") >> 1


def derive(seed: int, *purpose: str) -> int:
    """A seed for one purpose, below 2**63, from a submission's seed."""
    message = "\0".join((str(seed), *purpose)).encode()
    return int.from_bytes(hashlib.sha256(message).digest()[:8], "big") >> 1
