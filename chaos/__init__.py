"""Breaks the reminder machine on purpose and counts what was lost and what came twice.

``python -m chaos`` (``make chaos``) runs the real thing beside itself: an own PostgreSQL and an own
Valkey, Celery workers and beat, the web server, and a mail server that misbehaves by a script. Each
is a process that the harness started and ends by its id. Nothing of ours is replaced.

Two things are scaled, and only these: beat's intervals (``chaos.beat``), and the waiting times
that stand in the database (``chaos.timing``).
"""
