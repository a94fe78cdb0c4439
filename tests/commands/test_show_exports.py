"""The data dictionary is made from the columns."""

import pytest
from django.core.management import CommandError, call_command

from reviews.management.commands.show_exports import BEGIN, END, draw
from reviews.selectors.exporting.plans import RESOURCES

DOCUMENT = f"# Title\n\n{BEGIN}\nold\n{END}\n"


def test_the_dictionary_in_the_documentation_is_that_of_the_code(capsys):
    call_command("show_exports", check=True)

    assert capsys.readouterr().out == "Data dictionary: data-dictionary.md up to date.\n"


def test_a_document_that_differs_is_found(tmp_path):
    path = tmp_path / "data-dictionary.md"
    path.write_text(DOCUMENT)

    with pytest.raises(CommandError, match="older data dictionary"):
        call_command("show_exports", file=path, check=True)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda one: one.name)
def test_every_column_says_what_it_means(resource):
    assert [one.name for one in resource.columns if not one.meaning.endswith((".", "…"))] == []
    assert len({one.name for one in resource.columns}) == len(resource.columns)
    assert f"## {resource.name}\n" in draw()
