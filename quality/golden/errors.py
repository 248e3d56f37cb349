"""The error that stops a comparison."""


class GoldenError(Exception):
    """Two versions cannot be compared; the message names the cause and the remedy."""
