"""Bring foreign inventories in: profile, file, cases."""
