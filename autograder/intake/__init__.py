"""Finding and reading what students handed in."""
