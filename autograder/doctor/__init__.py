"""A check-up of this machine for a lecturer: the sandbox, Python, PyTorch, data, space."""
