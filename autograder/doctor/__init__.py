"""What this machine can hold and do, told to a lecturer: the sandbox, Python, PyTorch, data, space."""
