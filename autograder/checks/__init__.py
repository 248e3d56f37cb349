"""What a check is, and in which order checks run."""
