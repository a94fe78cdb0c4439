"""Floor 5: a handful of pure filters."""
