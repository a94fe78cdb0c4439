"""``manage.py import_deployments``: its report, its exit codes."""

import json

import pytest
from django.core.management import CommandError, call_command

from reviews.models import Deployment
from tests.builders_sunset import csv_of

pytestmark = pytest.mark.django_db

ROW = {"customer": "Harbour Bank", "capability": "emotion", "use": "Mood at the till"}


@pytest.fixture
def file(tmp_path, roles, catalogue):
    def write(*rows):
        path = tmp_path / "register.csv"
        path.write_bytes(csv_of(rows))
        return path

    return write


def test_it_says_in_one_line_what_it_did(file, capsys):
    path = file(ROW, {**ROW, "use": "Lobby"})
    call_command("import_deployments", path)

    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "2 rows read, 2 created, 0 updated, 0 unchanged, 0 in conflict" in said
    call_command("import_deployments", path)
    assert "0 created, 0 updated, 2 unchanged" in capsys.readouterr().out


def test_a_dry_run_keeps_nothing(file, capsys):
    call_command("import_deployments", file(ROW), dry_run=True, json=True)

    assert json.loads(capsys.readouterr().out)["created"] == 1
    assert not Deployment.objects.exists()


def test_a_bad_row_is_exit_code_1_and_names_row_and_column(file, capsys):
    path = file(ROW, {**ROW, "capability": "emotoin"})
    with pytest.raises(SystemExit) as ended:
        call_command("import_deployments", path, json=True)

    report = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert [(one["row"], one["column"]) for one in report["rejected"]] == [(3, "capability")]
    assert report["created"] == 0
    assert not Deployment.objects.exists()


def test_what_is_no_table_is_refused(tmp_path, roles, catalogue):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_deployments", tmp_path / "missing.csv")
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    with pytest.raises(CommandError, match="neither CSV nor XLSX"):
        call_command("import_deployments", picture)
