"""The drawing in the documentation is the table in the code."""

import json

import pytest
from django.core.management import CommandError, call_command

from reviews.domain.enums import State
from reviews.domain.workflow import TRANSITIONS
from reviews.management.commands.show_workflow import BEGIN, END, draw

DOCUMENT = f"# Title\n\n{BEGIN}\nold\n{END}\n\nThe rest.\n"


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "architecture.md"
    path.write_text(DOCUMENT)
    return path


def test_show_workflow_writes_between_the_markers_and_nothing_else(document, capsys):
    call_command("show_workflow", file=document)

    assert document.read_text() == f"# Title\n\n{draw()}\n\nThe rest.\n"
    assert "rewritten" in capsys.readouterr().out


def test_show_workflow_twice_changes_nothing(document, capsys):
    call_command("show_workflow", file=document)
    capsys.readouterr()

    call_command("show_workflow", file=document, json=True)

    assert json.loads(capsys.readouterr().out) == {"file": "architecture.md", "changed": False}


def test_show_workflow_check_fails_when_the_document_differs(document):
    with pytest.raises(CommandError, match="older workflow"):
        call_command("show_workflow", file=document, check=True)

    assert document.read_text() == DOCUMENT


def test_show_workflow_check_with_json_fails_with_one_object(document, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("show_workflow", file=document, check=True, json=True)

    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["changed"] is True


def test_show_workflow_check_passes_after_writing(document, capsys):
    call_command("show_workflow", file=document)

    call_command("show_workflow", file=document, check=True)

    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["# No markers\n", f"{BEGIN}\n"])
def test_show_workflow_wants_both_markers(document, text):
    document.write_text(text)

    with pytest.raises(CommandError, match="no markers"):
        call_command("show_workflow", file=document)

    assert document.read_text() == text


def test_show_workflow_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("show_workflow", file=tmp_path / "none.md")


def test_the_drawing_holds_every_state_and_every_arrow():
    drawing = draw()

    assert all(f"    {state.value}: {state.label}\n" in drawing for state in State)
    rows = [line for line in drawing.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(TRANSITIONS)
