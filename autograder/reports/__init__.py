"""Ways that results travel: terminal, JSON, CSV, HTML."""
