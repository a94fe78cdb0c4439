"""The drawing of the tables is made from the tables."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from reviews.management.commands.show_models import BEGIN, END, draw

DOCUMENT = f"# Title\n\n{BEGIN}\nold\n{END}\n\nThe rest.\n"


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "architecture.md"
    path.write_text(DOCUMENT)
    return path


def test_show_models_writes_between_the_markers_and_nothing_else(document, capsys):
    call_command("show_models", file=document)

    assert document.read_text() == f"# Title\n\n{draw()}\n\nThe rest.\n"
    assert capsys.readouterr().out == "Data model: architecture.md rewritten.\n"


def test_show_models_check_fails_when_the_document_differs(document):
    with pytest.raises(CommandError, match="older data model"):
        call_command("show_models", file=document, check=True)
    assert document.read_text() == DOCUMENT


def test_every_table_stands_in_the_drawing_once():
    lines = draw().splitlines()
    names = [model.__name__ for model in apps.get_app_config("reviews").get_models()]

    assert [lines.count(f"    {name}") for name in names] == [1] * len(names)


@pytest.mark.parametrize(
    "line",
    [
        "UseCase }o--|| Team : team",
        "UseCase }o--o| Customer : customer",
        "UseCase }o--o{ Capability : capabilities",
        "ImportedRow |o--|| UseCase : use_case",
    ],
)
def test_a_relation_says_how_many_rows_stand_on_either_side(line):
    assert f"    {line}" in draw().splitlines()
