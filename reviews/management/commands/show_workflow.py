"""``manage.py show_workflow``: draw the table of states into the documentation."""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from reviews.domain.enums import Action, Party, State
from reviews.domain.workflow import TRANSITIONS

BEGIN, END = "<!-- workflow:begin -->", "<!-- workflow:end -->"
DRAWING = """\
{begin}
<!-- Drawn by `manage.py show_workflow` from reviews/domain/workflow.py. Do not edit by hand. -->

```mermaid
{mermaid}
```

{table}
{end}"""


class Command(BaseCommand):
    help = """\
Draw the states of a use case, as the code holds them, into docs/architecture.md between
the markers <!-- workflow:begin --> and <!-- workflow:end -->. Does nothing where the
drawing is up to date.

Examples:
  manage.py show_workflow            write the drawing into the documentation
  manage.py show_workflow --check    exit 1 when the documentation differs
  manage.py show_workflow --print    print the drawing only"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--check", action="store_true", help="Exit 1 when it differs.")
        group.add_argument("--print", action="store_true", help="Print, write nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--file",
            type=Path,
            default=settings.BASE_DIR / "docs" / "architecture.md",
            help="The document; docs/architecture.md by default.",
        )

    def handle(self, *args: object, **options: object) -> None:
        with translation.override("en"):
            drawing = draw()
        if options["print"]:
            self.stdout.write(drawing)
            return
        path = Path(str(options["file"]))
        old = _read(path)
        new = _placed(drawing, old, path)
        changed = new != old
        if changed and not options["check"]:
            path.write_text(new, encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps({"file": path.name, "changed": changed}))
        elif changed and options["check"]:
            raise CommandError(f"{path.name} shows an older workflow. Run: manage.py show_workflow")
        else:
            self.stdout.write(f"Workflow: {path.name} {'rewritten' if changed else 'up to date'}.")
        if changed and options["check"]:
            sys.exit(1)


def draw() -> str:
    """The part of the document between the markers, markers included."""
    return DRAWING.format(begin=BEGIN, end=END, mermaid="\n".join(mermaid()), table=table())


def mermaid() -> Iterator[str]:
    """A state diagram; arrows between the same two states share one line."""
    yield "stateDiagram-v2"
    for state in State:
        yield f"    {state.value}: {state.label}"
    yield f"    [*] --> {State.DRAFT.value}"
    labels: dict[tuple[State, State], list[str]] = {}
    for (source, action), arrow in TRANSITIONS.items():
        labels.setdefault((source, arrow.to), []).append(_words(action))
    for (source, target), words in labels.items():
        yield f"    {source.value} --> {target.value}: {', '.join(words)}"


def table() -> str:
    """Who may do what, from which state, and where it leads."""
    lines = ["| from | action | by | to |", "|---|---|---|---|"]
    for (source, action), arrow in TRANSITIONS.items():
        who = ", ".join(_who(party) for party in Party if party in arrow.parties)
        lines.append(f"| {source.label} | {_words(action)} | {who} | {arrow.to.label} |")
    return "\n".join(lines)


def _words(action: Action) -> str:
    return action.value.replace("_", " ")


def _who(party: Party) -> str:
    return "the portal" if party is Party.SYSTEM else party.value.replace("_", " ")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}.") from None


def _placed(drawing: str, text: str, path: Path) -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise CommandError(
            f"{path.name} has no markers: put {BEGIN} and {END} on lines of their own."
        )
    return f"{before}{drawing}{after}"
