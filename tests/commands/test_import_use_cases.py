"""``import_use_cases`` as people and scripts call it, and what a kill in the middle leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from reviews.models import AuditHead, DraftPage, ImportedRow, ImportRun, Team, UseCase, User
from tests.inventories import EXCERPT, INVENTORIES, bytes_of, table_of

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(db):
    """The environment of a process that works on this test's database."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return os.environ | {"DATABASE_URL": urlunsplit(address._replace(path=f"/{name}"))}


def run(*arguments):
    """``(exit code, stdout, stderr)`` of the command in this process."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("import_use_cases", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue(), err.getvalue()


def test_one_line_says_what_it_did(catalogue):
    code, out, err = run(str(EXCERPT), "--profile", "omb-2024", "--on", "2023-06-01")

    assert (code, err) == (0, "")
    assert out.startswith(
        "inventory_excerpt.csv as of 2023-06-01: 42 rows read, 42 created, 0 updated,"
        " 0 unchanged, 0 rejected; "
    )
    assert len(out.splitlines()) == 1


def test_json_is_one_object_and_a_second_run_changes_nothing(catalogue):
    run(str(EXCERPT), "--profile", "omb-2024")

    code, out, _ = run(str(EXCERPT), "--profile", "omb-2024", "--json")

    report = json.loads(out)
    assert code == 0
    assert [report[key] for key in ("read", "created", "updated", "unchanged", "rejected")] == [
        42, 0, 0, 42, [],
    ]  # fmt: skip


def test_dry_run_keeps_nothing(catalogue):
    code, out, _ = run(str(EXCERPT), "--profile", "omb-2024", "--dry-run")

    assert code == 0
    assert out.startswith("Dry run, nothing kept: ")
    assert UseCase.objects.count() == 0


def test_rejected_rows_are_named_and_the_exit_code_is_1(catalogue, tmp_path):
    table = table_of(EXCERPT.read_bytes())
    table[4][0] = "N/A"
    path = tmp_path / "inventory.csv"
    path.write_bytes(bytes_of(table))

    code, out, err = run(str(path), "--profile", "omb-2024")

    assert code == 1
    assert err == "Rejected: row 5, Use Case Name: is needed and says nothing.\n"
    assert "41 created" in out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nowhere.csv", "--profile", "omb-2024"], "nowhere.csv cannot be read"),
        ([str(EXCERPT), "--profile", "omb-1066"], "There is no profile “omb-1066”"),
        ([str(EXCERPT), "--profile", "register-xlsx"], "The file is no XLSX workbook"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(arguments, reason, catalogue):
    with pytest.raises(CommandError, match=reason) as refused:
        run(*arguments)

    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "FILE"),
        ([str(EXCERPT)], "--profile"),
        ([str(EXCERPT), "--profile", "omb-2024", "--on", "tomorrow"], "tomorrow is no day"),
    ],
)
def test_wrong_usage_exits_with_2(arguments, message, database):
    found = subprocess.run(
        [sys.executable, "manage.py", "import_use_cases", *arguments],
        cwd=ROOT,
        env=database,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert found.returncode == 2
    assert message in found.stderr


def test_help_has_an_example(database):
    found = subprocess.run(
        [sys.executable, "manage.py", "import_use_cases", "--help"],
        cwd=ROOT,
        env=database,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert found.returncode == 0
    assert "Example: manage.py import_use_cases" in " ".join(found.stdout.split())


MEGABYTES = 200
"""What an import of 2,133 rows may take, the start of the process included."""

MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Starts a command from a small process: the kernel counts the starter's memory as the child's."""


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.stem)
def test_an_import_is_small(inventory, committed_db, catalogue, database):
    command = [sys.executable, "manage.py", "import_use_cases", str(inventory)]
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, *command, "--profile", "omb-2024"],
        cwd=ROOT,
        env=database,
        stdout=subprocess.PIPE,
        text=True,
    )
    code, kilobytes = (int(word) for word in measured.stdout.split())

    assert code == 0
    assert UseCase.objects.count() == len(table_of(inventory.read_bytes())) - 1
    assert kilobytes / 1024 < MEGABYTES


WRITTEN = (UseCase, ImportRun, ImportedRow, DraftPage, Team, User)


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.stem)
def test_a_killed_import_leaves_nothing_and_the_next_one_everything(
    inventory, committed_db, catalogue, database
):
    command = [sys.executable, "manage.py", "import_use_cases", str(inventory)]
    with transaction.atomic():
        # Everything is written, and the record of it waits for us: now the process dies.
        AuditHead.objects.select_for_update().get(pk=1)
        process = subprocess.Popen(
            [*command, "--profile", "omb-2024"], cwd=ROOT, env=database, stdout=subprocess.DEVNULL
        )
        wait_until(lambda: waiting_for_a_lock() or process.poll() is not None)
        assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    wait_until(lambda: not others_at_work())

    assert [model.objects.count() for model in WRITTEN] == [0] * len(WRITTEN)
    code, out, _ = run(str(inventory), "--profile", "omb-2024", "--json")
    report = json.loads(out)
    assert (code, report["created"]) == (0, report["read"])
    assert UseCase.objects.count() == report["read"]


def wait_until(reached, seconds=60):
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def others_at_work():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0] > 0
