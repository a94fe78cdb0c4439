"""Floor 1: rules. Pure Python; only ``enums`` may see Django."""
