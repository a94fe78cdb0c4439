"""Commands that draw a part of the documentation from the code, between two markers."""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation


class DrawingCommand(BaseCommand):
    """Keeps the text between ``begin`` and ``end`` equal to what ``drawing`` gives.

    ``subject`` is the word for it in messages, such as ``Workflow``.
    """

    subject: str
    begin: str
    end: str

    def drawing(self) -> str:
        """The part of the document between the markers, markers included."""
        raise NotImplementedError

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: object) -> CommandParser:
        self._again = f"{Path(prog_name).name} {subcommand}"
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
            drawing = self.drawing()
        if options["print"]:
            self.stdout.write(drawing)
            return
        path = Path(str(options["file"]))
        old = _read(path)
        new = self._placed(drawing, old, path)
        changed = new != old
        if changed and not options["check"]:
            path.write_text(new, encoding="utf-8")
        if options["json"]:
            self.stdout.write(json.dumps({"file": path.name, "changed": changed}))
        elif changed and options["check"]:
            raise CommandError(
                f"{path.name} shows an older {self.subject.lower()}. Run: {self._again}"
            )
        else:
            done = "rewritten" if changed else "up to date"
            self.stdout.write(f"{self.subject}: {path.name} {done}.")
        if changed and options["check"]:
            sys.exit(1)

    def _placed(self, drawing: str, text: str, path: Path) -> str:
        before, begin, rest = text.partition(self.begin)
        _, end, after = rest.partition(self.end)
        if not begin or not end:
            raise CommandError(
                f"{path.name} has no markers: put {self.begin} and {self.end} on lines of their"
                " own."
            )
        return f"{before}{drawing}{after}"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}.") from None
