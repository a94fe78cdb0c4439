"""Evidence: which files are taken, where they lie, who may have them."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage

from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadInput, NotPermitted
from reviews.integrations import uploads
from reviews.models import AuditEvent, Evidence
from reviews.services import evidence as service
from reviews.services import submitting
from tests.builders import NOW, TODAY, team, user
from tests.builders_intake import draft

WHEN = {"at": NOW, "on": TODAY}
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ana(roles):
    return user("ana")


@pytest.fixture
def case(catalogue, ana):
    return draft(team("Gate crew", ana), by=ana)


def archive(**parts):
    """A zip container; ``__`` in a name stands for a slash, ``dot`` ends in an extension."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            out.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return box.getvalue()


DOCX = archive(word__document_dot_xml="<w/>")
XLSX = archive(xl__workbook_dot_xml="<w/>")


def add(case, by, name="report.pdf", declared="application/pdf", content=PDF):
    return service.add(
        case, name=name, declared=declared, content=io.BytesIO(content), by=by, **WHEN
    )


def stored_files():
    return default_storage.listdir("evidence")[1] if default_storage.exists("evidence") else []


@pytest.mark.parametrize(
    ("name", "declared", "content", "media_type"),
    [
        ("report.pdf", "application/pdf", PDF, "application/pdf"),
        ("shot.PNG", "image/png", PNG, "image/png"),
        ("shot.jpg", "image/jpeg", b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        ("notes.txt", "text/plain; charset=utf-8", "Grüße".encode(), "text/plain"),
        ("rates.csv", "application/vnd.ms-excel", b"group,rate\na,0.1\n", "text/csv"),
        (
            "plan.docx",
            f"{OFFICE}.wordprocessingml.document",
            DOCX,
            f"{OFFICE}.wordprocessingml.document",
        ),
        ("rates.xlsx", "application/octet-stream", XLSX, f"{OFFICE}.spreadsheetml.sheet"),
    ],
)
def test_good_files_are_what_they_say(name, declared, content, media_type):
    checked = uploads.check(name, declared, io.BytesIO(content))

    assert (checked.name, checked.media_type, checked.size) == (name, media_type, len(content))


BOMB = archive(word__document_dot_xml="0" * (8 * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "declared", "content", "words"),
    [
        ("run.exe", "application/octet-stream", b"MZ", "We take PDF, PNG"),
        ("page.html", "text/html", b"<html>", "We take PDF, PNG"),
        ("drawing.svg", "image/svg+xml", b"<svg/>", "We take PDF, PNG"),
        ("report", "application/pdf", PDF, "not of a kind that we take"),
        ("report.pdf", "application/pdf", PNG, "contents are something else"),
        ("report.pdf", "text/html", PDF, "your browser says that it is “text/html”"),
        ("report.png", "application/pdf", PDF, "your browser says"),
        ("empty.pdf", "application/pdf", b"", "is empty"),
        ("notes.txt", "text/plain", b"\x00\x01\x02", "holds other data"),
        ("notes.txt", "text/plain", b"  <!DOCTYPE html><script>", "a page or a program"),
        ("notes.csv", "text/csv", b"#!/bin/sh\n", "a page or a program"),
        ("plan.docx", "application/zip", b"PK\x03\x04 broken", "damaged"),
        ("plan.docx", "application/zip", XLSX, "another kind of archive"),
        ("plan.docx", "application/zip", archive(a_dot_txt="x"), "another kind of archive"),
        (
            "plan.docx",
            "application/zip",
            archive(word__document_dot_xml="x", word__vbaProject_dot_bin="x"),
            "macros",
        ),
        (
            "plan.docx",
            "application/zip",
            archive(word__document_dot_xml="x", **{"..__..__etc__passwd": "x"}),
            "unsafe way",
        ),
        ("plan.docx", "application/zip", BOMB, "far more than its size"),
        (
            "plan.docx",
            "application/zip",
            archive(word__document_dot_xml="x", **{f"p{n}": "" for n in range(2001)}),
            "far more than its size",
        ),
    ],
)
def test_bad_files_are_refused_with_words(name, declared, content, words):
    with pytest.raises(BadInput, match=words):
        uploads.check(name, declared, io.BytesIO(content))


def test_a_file_over_the_limit_is_refused_with_the_limit():
    with pytest.raises(BadInput, match="larger than 20 MB"):
        uploads.check("big.txt", "text/plain", io.BytesIO(b"a" * (20 * 1024 * 1024 + 1)))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\ana\\report.pdf", "report.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("", "file"),
    ],
)
def test_names_are_shown_without_paths_and_tricks(given, shown):
    assert uploads.clean_name(given) == shown


@pytest.mark.parametrize(
    ("size", "words"), [(820, "820 bytes"), (12_300, "12 kB"), (3_565_158, "3.4 MB")]
)
def test_sizes_read_as_words(size, words):
    assert uploads.size_words(size) == words


@pytest.mark.django_db
def test_add_stores_the_bytes_under_a_random_name(case, ana):
    row = add(case, ana)

    assert row.file.name.startswith("evidence/")
    assert "report" not in row.file.name
    with row.file.open() as stored:
        assert stored.read() == PDF
    assert AuditEvent.objects.latest("seq").kind == AuditKind.EVIDENCE_ADDED


@pytest.mark.django_db
def test_add_is_for_the_requesters_side_and_leaves_no_bytes(case):
    with pytest.raises(NotPermitted):
        add(case, user("stranger"))

    assert stored_files() == []


@pytest.mark.django_db
def test_add_refuses_the_same_contents_twice_and_leaves_no_bytes(case, ana):
    add(case, ana)

    with pytest.raises(BadInput, match="here already"):
        add(case, ana, name="copy.pdf")

    assert len(stored_files()) == 1


@pytest.mark.django_db
def test_add_keeps_to_the_number_and_size_of_a_case(case, ana, monkeypatch):
    monkeypatch.setattr(service, "MOST_FILES", 2)
    add(case, ana)
    add(case, ana, content=PDF + b"2")
    with pytest.raises(BadInput, match="2 files at most"):
        add(case, ana, content=PDF + b"3")

    monkeypatch.setattr(service, "MOST_FILES", 20)
    monkeypatch.setattr(service, "LARGEST_CASE", 60)
    with pytest.raises(BadInput, match="larger than 60 bytes together"):
        add(case, ana, content=PDF + b"3")
    assert len(stored_files()) == 2


@pytest.mark.django_db
def test_remove_deletes_the_bytes_that_nothing_names(case, ana, django_capture_on_commit_callbacks):
    row = add(case, ana)

    with django_capture_on_commit_callbacks(execute=True):
        service.remove(row, by=ana, **WHEN)

    assert stored_files() == []
    assert Evidence.objects.get().removed_at == NOW


@pytest.mark.django_db
def test_remove_keeps_the_bytes_that_a_submission_names(
    case, ana, django_capture_on_commit_callbacks
):
    row = add(case, ana)
    submission = submitting.submit(case, truth=True, by=ana, **WHEN).submission
    type(case).objects.filter(pk=case.pk).update(state="needs_information")

    with django_capture_on_commit_callbacks(execute=True):
        service.remove(row, by=ana, **WHEN)

    assert submission.evidence[0]["sha256"] == row.digest
    assert len(stored_files()) == 1


@pytest.mark.django_db
def test_sweep_deletes_what_a_crash_left_behind_and_nothing_else(case, ana):
    row = add(case, ana)
    lost = uploads.store(io.BytesIO(b"lost"))
    soon = datetime.now(UTC)

    assert service.sweep(at=soon) == 0
    assert service.sweep(at=soon + timedelta(hours=2)) == 1
    assert [f"evidence/{name}" for name in stored_files()] == [row.file.name]
    assert lost != row.file.name
