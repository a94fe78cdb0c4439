"""``manage.py show_exports``: write the data dictionary of the exports into the documentation."""

from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import CommandParser

from reviews.domain.exporting import Format, Kind
from reviews.management.drawings import DrawingCommand
from reviews.selectors.exporting.plans import RESOURCES
from reviews.selectors.exporting.resources import Column, Resource

BEGIN, END = "<!-- exports:begin -->", "<!-- exports:end -->"

WRITTEN = {
    Kind.TEXT: "text, as people typed it; guarded in CSV and XLSX",
    Kind.TEXTS: "texts; in CSV and XLSX joined by `; ` and guarded, else a list",
    Kind.CODE: "a word of ours, a key or an address; never a formula",
    Kind.CODES: "words of ours; in CSV and XLSX joined by `; `, else a list",
    Kind.WHOLE: "whole number",
    Kind.YES_NO: "`true` or `false`; empty: not known",
    Kind.DAY: "civil day, `2023-06-30`; in XLSX and Parquet a day",
    Kind.MOMENT: "`2023-06-30T09:30:00+00:00`, always UTC; in Parquet microseconds in UTC",
    Kind.DATA: "JSON; in NDJSON as it is, else as text",
}
"""How each kind of value is written."""


class Command(DrawingCommand):
    help = """\
Write what every export holds, column by column, into docs/data-dictionary.md between the
markers <!-- exports:begin --> and <!-- exports:end -->. Does nothing where it is up to date.

Examples:
  manage.py show_exports            write the dictionary into the documentation
  manage.py show_exports --check    exit 1 when the documentation differs
  manage.py show_exports --print    print the dictionary only"""

    subject, begin, end = "Data dictionary", BEGIN, END

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(file=settings.BASE_DIR / "docs" / "data-dictionary.md")

    def drawing(self) -> str:
        return draw()


def draw() -> str:
    """The part of the document between the markers, markers included."""
    note = "<!-- Written by `manage.py show_exports` from reviews/selectors/exporting/. -->"
    kinds = [f"| {kind.value} | {WRITTEN[kind]} |" for kind in Kind]
    head = [BEGIN, note, "", "## Kinds of values", "", "| kind | how it is written |", "|---|---|"]
    sections = [line for one in RESOURCES.values() for line in _section(one)]
    return "\n".join([*head, *kinds, *sections, "", END])


def _section(resource: Resource) -> Iterator[str]:
    formats = ", ".join(f"`{one.value}`" for one in Format if one in resource.formats)
    yield f"\n## {resource.name}\n\n{resource.about}"
    filters = ", ".join(f"`{name}`" for name in resource.parameters)
    yield f"\nFormats: {formats}. Filters: {filters}.\n"
    yield "| column | kind | meaning |"
    yield "|---|---|---|"
    yield from (
        f"| {_name(one)} | {one.kind.value} | {_meaning(one)} |" for one in resource.columns
    )


def _name(column: Column) -> str:
    return column.header.strip().replace("|", "\\|") if column.header else f"`{column.name}`"


def _meaning(column: Column) -> str:
    return f"{column.meaning} Office only." if column.only else column.meaning
