"""Exports over HTTP: whole files from a process of their own, refusals, and the record."""

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import closing

import openpyxl
import psycopg
import pyarrow.parquet
import pytest
from django.db import connection
from django.urls import reverse

from reviews.domain.enums import AuditKind, Role
from reviews.integrations.exporting import process
from reviews.models import AuditEvent, UseCase
from reviews.services import catalogue as catalogue_service
from reviews.services import roles as roles_service
from reviews.services.importing.profiles import load_profile
from reviews.services.importing.use_cases import import_use_cases
from tests.builders import NOW, TODAY, team, use_case, user
from tests.inventories import INVENTORIES, table_of

COUNT = 3


def address(resource, form):
    return reverse("reviews:export", args=[resource, form])


def content(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def lead(client, committed_db):
    """Signed in, with use cases that other connections see."""
    roles_service.sync(at=NOW, on=TODAY)
    person = user("lead", Role.LEAD)
    crew = team("Crew")
    for number in range(COUNT):
        use_case(crew, by=person, title=f"=Case {number}\nof “many”; with, signs")
    client.force_login(person)
    return person


def test_the_four_formats_hold_the_same_rows(client, lead):
    titles = [row.title for row in UseCase.objects.order_by("pk")]

    plain = content(client.get(address("use-cases", "csv"))).decode()
    lines = content(client.get(address("use-cases", "ndjson"))).decode().splitlines()
    book = content(client.get(address("use-cases", "xlsx")))
    parquet = content(client.get(address("use-cases", "parquet")))

    rows = list(csv.DictReader(io.StringIO(plain, newline="")))
    assert [row["title"] for row in rows] == [f"'{title}" for title in titles]
    assert [row["created_at"] for row in rows] == ["2023-06-01T09:30:00+00:00"] * COUNT
    assert [json.loads(line)["title"] for line in lines] == titles
    assert json.loads(lines[0])["capabilities"] == []
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    written = list(sheet.iter_rows(values_only=True))
    assert list(written[0]) == list(rows[0])
    assert [row[1] for row in written[1:]] == [f"'{title}" for title in titles]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    read = pyarrow.parquet.read_table(io.BytesIO(parquet))
    assert read.column_names == list(rows[0])
    assert read["title"].to_pylist() == titles
    assert str(read.schema.field("created_at").type) == "timestamp[us, tz=UTC]"
    assert read["capabilities"].to_pylist() == [None] * COUNT
    assert AuditEvent.objects.filter(kind=AuditKind.EXPORT_MADE, actor=lead).count() == 4


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx", "parquet"])
def test_an_export_without_rows_is_a_file(client, lead, form):
    response = client.get(address("use-cases", form), {"q": "nowhere"})

    assert response.status_code == 200
    assert bool(content(response)) == (form != "ndjson")


def test_a_file_says_what_it_is(client, lead):
    response = client.get(address("use-cases", "csv"), {"bom": "1"})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="use-cases-')
    assert response["Cache-Control"] == "no-store"
    assert content(response).startswith(b"\xef\xbb\xbfreference,")
    assert not content(client.get(address("use-cases", "csv"))).startswith(b"\xef\xbb\xbf")


def test_the_record_says_which_list_and_filter_but_not_the_words_searched_for(client, lead):
    content(client.get(address("use-cases", "csv"), {"q": "Ada Example", "state": "draft"}))

    event = AuditEvent.objects.get(kind=AuditKind.EXPORT_MADE)
    assert event.data == {
        "resource": "use-cases",
        "format": "csv",
        "filters": {"q": "set", "state": ["draft"]},
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/exports/nothing.csv", 404),
        ("/exports/use-cases.exe", 404),
        ("/exports/use-cases.csv?colour=blue", 400),
        ("/exports/use-cases.csv?bom=yes", 400),
        ("/exports/inventory.ndjson", 400),
        ("/exports/audit-events.csv", 403),
        ("/exports/use-cases/rows/?colour=blue", 400),
    ],
)
def test_a_refusal_is_told_and_not_recorded(client, lead, path, status):
    assert client.get(path).status_code == status
    assert not AuditEvent.objects.filter(kind=AuditKind.EXPORT_MADE).exists()


def test_the_menu_is_told_how_many_rows_there_are(client, lead):
    page = client.get(reverse("reviews:export_rows", args=["use-cases"]), {"state": "draft"})

    assert page.text.strip() == f"{COUNT} rows."


def test_one_export_too_many_is_told_when_to_come_back(client, lead, settings):
    settings.EXPORTS_AT_ONCE = 1
    _many(20_000)
    with closing(client.get(address("use-cases", "csv"))) as running:
        next(running.streaming_content)
        refused = client.get(address("use-cases", "csv"))
        _end(refused)

    assert refused.status_code == 503
    assert refused["Retry-After"] == "30"
    assert "Try again in 30 seconds" in refused.text
    _until_idle()
    assert content(client.get(address("use-cases", "csv")))
    assert AuditEvent.objects.filter(kind=AuditKind.EXPORT_MADE).count() == 2


def test_a_reader_who_goes_away_ends_the_query(client, lead):
    _many(20_000)
    with closing(client.get(address("use-cases", "csv"))) as running:
        next(running.streaming_content)
        assert _running()

    _until_idle()


def test_a_reader_who_goes_away_ends_a_query_that_gives_nothing_more(client, lead):
    first = "repeat('x', 100000)"
    slow = f"SELECT CASE g WHEN 1 THEN {first} ELSE pg_sleep(60)::text END"

    with closing(process.begin(_job(f"{slow} FROM generate_series(1, 2) g"))) as stream:
        assert next(stream)
        assert _running()

    _until_idle()


def test_a_query_that_takes_too_long_is_told(client, lead, settings):
    settings.EXPORT_TIMEOUT = 1
    slow = "SELECT pg_sleep(3)::text"

    with pytest.raises(process.ExportFailed, match="longer than 1 seconds"):
        process.begin(_job(slow, seconds=1))


def test_a_file_that_breaks_off_is_an_error_and_not_a_shorter_file(client, lead):
    broken = "SELECT (1 / (500000 - g))::text FROM generate_series(1, 1000000) g"

    stream = process.begin(_job(broken))

    with pytest.raises(process.ExportFailed, match="not whole"):
        list(stream)


def test_an_export_holds_one_snapshot_while_writers_write(client, lead):
    _many(30_000)
    stop, written = threading.Event(), []

    def write():
        with psycopg.connect(**_connection(), autocommit=True) as other:
            while not stop.is_set():
                other.execute("DELETE FROM reviews_usecase WHERE title LIKE 'Many %%5'")
                written.append(1)
                time.sleep(0.01)

    before = UseCase.objects.count()
    running = client.get(address("use-cases", "csv"))
    first = next(running.streaming_content)
    writer = threading.Thread(target=write)
    writer.start()
    while not written:
        time.sleep(0.01)
    rest = b"".join(running.streaming_content)
    stop.set()
    writer.join()

    rows = list(csv.reader(io.StringIO((first + rest).decode(), newline="")))
    assert len(rows) - 1 == before
    assert UseCase.objects.count() < before


def test_the_web_server_never_loads_what_writes_parquet():
    code = (
        "import django, sys; django.setup(); import rai_portal.urls;"
        " sys.exit('pyarrow' in sys.modules or 'xlsxwriter' in sys.modules)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "rai_portal.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: path.name)
def test_an_inventory_goes_out_as_it_came_in(client, lead, path):
    UseCase.objects.all().delete()
    catalogue_service.sync(at=NOW, on=TODAY)
    raw = path.read_bytes()
    profile = load_profile("omb-2024")
    import_use_cases(raw, file_name=path.name, profile=profile, by=lead, at=NOW, on=TODAY)

    text = content(client.get(address("inventory", "csv"))).decode()

    header, *rows = csv.reader(io.StringIO(text, newline=""))
    wanted_header, *wanted = table_of(raw)
    taken = {tuple(row) for row in wanted if row}
    assert header == wanted_header
    assert len(rows) == UseCase.objects.count()
    assert [row for row in rows if tuple(row) not in taken] == []
    if path == INVENTORIES[-1] and len(INVENTORIES) > 1:
        assert rows == wanted

    edited = UseCase.objects.order_by("pk").first()
    edited.title, edited.updated_at = "=A new name", NOW.replace(year=2024)
    edited.save()
    again = content(client.get(address("inventory", "csv"))).decode()
    first, *others = list(csv.reader(io.StringIO(again, newline="")))[1:]
    assert first[0] == "'=A new name"
    assert first[1:] == rows[0][1:]
    assert others == rows[1:]


# What the tests need -----------------------------------------------------------------------------


def _connection():
    known = connection.get_connection_params()
    return {name: known[name] for name in ("dbname", "user", "host", "port") if name in known}


def _job(sql, *, seconds=60):
    return process.Job(
        sql=sql,
        form="csv",
        headings=(),
        connection=_connection(),
        at_once=5,
        seconds=seconds,
    )


def _many(count):
    """Enough rows that an export cannot be through at once."""
    one = UseCase.objects.first()
    UseCase.objects.bulk_create(
        [
            UseCase(
                reference=f"RAI-1999-{number:06}",
                title=f"Many {'words ' * 60}{number}",
                team=one.team,
                created_by=one.created_by,
                created_at=NOW,
                updated_at=NOW,
                state_since=NOW,
            )
            for number in range(count)
        ],
        2000,
    )


def _end(response):
    """What is still open would hold its tables against the end of the test."""
    if response.streaming:
        response.close()


def _running():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT%%'"
            " AND state = 'active'"
        )
        return cursor.fetchone()[0]


def _until_idle():
    deadline = time.monotonic() + 10
    while _running():
        assert time.monotonic() < deadline, "the query goes on although nobody reads it"
        time.sleep(0.02)
