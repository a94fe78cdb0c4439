"""Measurements against floors: each script prints its lines and writes var/bench-*.json."""
