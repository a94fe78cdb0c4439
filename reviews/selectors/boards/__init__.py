"""Reads for the boards of leads and of teams: figures, and the lists that they count."""
