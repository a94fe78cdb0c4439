"""Floor 5: HTML entry points."""
