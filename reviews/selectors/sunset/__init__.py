"""Reads of the sunset register."""
