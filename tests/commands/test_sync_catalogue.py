"""``sync_catalogue``: what it prints and how it ends."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reviews.management.commands.sync_catalogue import Command
from reviews.models.standard import Requirement
from tests.reference_data import ENTRIES

EVERYTHING = sum(len(entries) for entries in ENTRIES.values())


def run(*arguments):
    out = StringIO()
    call_command("sync_catalogue", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_sync_catalogue_says_in_one_line_what_it_did():
    assert run() == (
        f"Catalogue: {EVERYTHING} created, 0 changed, 0 retired, 0 moved, 0 unchanged."
        " Ladders: 6 created, 0 changed, 0 unchanged.\n"
    )
    assert run() == (
        f"Catalogue: 0 created, 0 changed, 0 retired, 0 moved, {EVERYTHING} unchanged."
        " Ladders: 0 created, 0 changed, 6 unchanged.\n"
    )


@pytest.mark.django_db
def test_sync_catalogue_prints_one_json_object():
    told = json.loads(run("--json"))
    kinds = told["kinds"]

    assert "sunset" in told["ladders"]["created"]
    assert len(kinds["requirement"]["created"]) == 90
    assert kinds["goal"]["unchanged"] == 0


@pytest.mark.django_db
def test_sync_catalogue_ends_with_1_when_a_file_is_wrong(tmp_path):
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "services.toml").write_text("[[service]]\nslug = 'x'\n")

    with pytest.raises(CommandError, match="service “x”, field name: it is missing") as refusal:
        run("--folder", str(tmp_path))

    assert refusal.value.returncode == 1
    assert Requirement.objects.count() == 0


def test_sync_catalogue_ends_with_2_when_called_wrongly(capsys):
    with pytest.raises(SystemExit) as end:
        Command().run_from_argv(["manage.py", "sync_catalogue", "--colour"])

    assert end.value.code == 2
    assert "--colour" in capsys.readouterr().err


def test_sync_catalogue_help_shows_an_example(capsys):
    with pytest.raises(SystemExit) as end:
        Command().run_from_argv(["manage.py", "sync_catalogue", "--help"])

    assert end.value.code == 0
    assert "Example: manage.py sync_catalogue" in capsys.readouterr().out
