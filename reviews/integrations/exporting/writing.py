"""One export from the first row to the last, in a process of its own."""

import os
import select
import socket
import threading
from typing import Any

import psycopg

from reviews.integrations.exporting import jobs
from reviews.integrations.exporting.formats import writer
from reviews.integrations.exporting.jobs import Job
from reviews.integrations.exporting.pipe import Missing, Pipe, TooManyRows

NICE = 2
"""Pages come first where the processors are busy."""
SLOTS = 0x5241
"""Of the advisory locks that count the exports which run."""


class _Busy(Exception):
    """Every place is taken."""


def write(*, data: int, status: int) -> None:
    """Read the job from ``status``, write the file to ``data``, say how it ended."""
    said = socket.socket(fileno=status)
    job = Job.from_json(said.makefile("rb").readline())
    pipe = Pipe(data, on_first=lambda: said.sendall(jobs.line(jobs.READY)))
    try:
        said.sendall(_written(job, pipe))
    except OSError:
        return  # nobody listens any more


def _written(job: Job, pipe: Pipe) -> bytes:
    """The last word on the export."""
    try:
        os.nice(NICE)
        rows = _run(job, pipe)
    except _Busy:
        return jobs.line(jobs.BUSY)
    except TooManyRows:
        return jobs.line(jobs.TOO_LONG)
    except Missing:
        return jobs.line(jobs.MISSING)
    except psycopg.errors.QueryCanceled:
        return jobs.line(jobs.FAILED, why="timeout")
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it was, the page must hear of it
        return jobs.line(jobs.FAILED, why=f"{type(error).__name__}: {error}"[:400])
    return jobs.line(jobs.DONE, rows=rows)


def _run(job: Job, pipe: Pipe) -> int:
    with psycopg.connect(**job.connection, autocommit=True) as connection:
        _stop_when_nobody_reads(pipe, connection)
        connection.execute(_begin(job))
        _take_a_place(connection, job.at_once)
        rows = writer(job.form)(connection, job, pipe)
        pipe.flush()
        connection.execute("COMMIT")
        return rows


def _begin(job: Job) -> str:
    """One snapshot for the whole file, limits of its own, and days and moments by ISO 8601."""
    return f"""
        BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
        SET LOCAL statement_timeout = {int(job.seconds) * 1000};
        SET LOCAL lock_timeout = 3000;
        SET LOCAL timezone = 'UTC';
        SET LOCAL datestyle = 'ISO';
        SET LOCAL jit = off;
        SET LOCAL synchronize_seqscans = off;
    """


def _take_a_place(connection: psycopg.Connection[Any], at_once: int) -> None:
    """One of ``at_once`` for the whole portal, until the transaction ends."""
    found = connection.execute(
        "SELECT place FROM generate_series(1, %s) place"
        " WHERE pg_try_advisory_xact_lock(%s, place) LIMIT 1",
        [at_once, SLOTS],
    )
    if found.fetchone() is None:
        raise _Busy


def _stop_when_nobody_reads(pipe: Pipe, connection: psycopg.Connection[Any]) -> None:
    """The reader went away: the query ends, even one that has not given a row yet."""

    def watch() -> None:
        poll = select.poll()
        poll.register(pipe.file, 0)  # an error is always told
        poll.poll()
        connection.cancel()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
