"""Floor 3: everything that leaves the process."""
