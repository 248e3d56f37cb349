"""What goes wrong in the sandbox."""


class SandboxError(Exception):
    """A layer that this machine offers did not apply, or what a student process left cannot be removed."""
