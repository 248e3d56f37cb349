# /// attack
# lines = [31]
# tries = "Hands in a link to the hidden checks in place of the module."
# on = "maker"
# status = "refused"
# says = "is a link"
# ///
from pathlib import Path


def make(target: Path, reference: dict[str, bytes]) -> None:
    target.with_name(f"{target.name}.py").symlink_to("/etc/passwd")
