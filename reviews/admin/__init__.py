"""Floor 5: the administrator's panel."""
