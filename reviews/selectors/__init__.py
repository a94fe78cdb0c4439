"""Floor 4: named reads for one screen; they never write."""
