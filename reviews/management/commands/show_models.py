"""``manage.py show_models``: draw the tables and their relations into the documentation."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from django.apps import apps
from django.db import models

from reviews.management.drawings import DrawingCommand

BEGIN, END = "<!-- models:begin -->", "<!-- models:end -->"
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "People and use cases": ("user", "use_case", "importing", "precedent"),
        "Review and decision": ("review", "conversation", "reviewer", "decision", "evaluation"),
        "Customers and access": ("customer", "contact", "access"),
        "Deadlines and reminders": ("deadline", "reminder", "sweep", "feed", "rehearsal"),
        "Catalogue and Standard": ("catalogue", "gate_rules", "standard"),
        "Record and clock": ("audit", "clock", "desk", "api", "tally"),
    }
)
"""Title of a drawing → modules of ``reviews.models``; each table stands in one."""

Model = type[models.Model]


class Command(DrawingCommand):
    help = """\
Draw the tables of the portal and how they point at each other into docs/architecture.md
between the markers <!-- models:begin --> and <!-- models:end -->. Does nothing where the
drawing is up to date.

Examples:
  manage.py show_models            write the drawing into the documentation
  manage.py show_models --check    exit 1 when the documentation differs
  manage.py show_models --print    print the drawing only"""

    subject, begin, end = "Data model", BEGIN, END

    def drawing(self) -> str:
        return draw()


def draw() -> str:
    """The part of the document between the markers, markers included."""
    note = "<!-- Drawn by `manage.py show_models` from reviews/models/. Do not edit by hand. -->"
    return "\n".join([BEGIN, note, *_sections(), END])


def _sections() -> Iterator[str]:
    every = list(apps.get_app_config("reviews").get_models())
    for title, modules in PARTS.items():
        names = [f"reviews.models.{module}" for module in modules]
        part = sorted((m for m in every if m.__module__ in names), key=lambda m: m.__name__)
        yield f"\n### {title}\n\n```mermaid\nerDiagram"
        for model in part:
            yield from _lines(model)
        yield "```\n\n| row | what it is |\n|---|---|"
        yield from (f"| `{model.__name__}` | {_first_sentence(model)} |" for model in part)
    yield ""


def _lines(model: Model) -> Iterator[str]:
    """The table, and one line per relation that it holds itself."""
    yield f"    {model.__name__}"
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        target = field.related_model
        if not isinstance(target, type) or target._meta.app_label != "reviews":
            continue
        link = "" if _says_who(field.name) else _link(field)
        if link:
            yield f"    {model.__name__} {link} {target.__name__} : {field.name}"


def _says_who(name: str) -> bool:
    """Every table names the people who wrote to it; drawn, they would hide the rest."""
    return name == "by" or name.endswith("_by")


def _link(field: models.Field) -> str:
    """How many rows stand on either side; empty where a table of its own tells the relation."""
    if isinstance(field, models.ManyToManyField):
        through = field.remote_field.through
        return "}o--o{" if through is not None and through._meta.auto_created else ""
    return ("|o" if field.unique else "}o") + ("--o|" if field.null else "--||")


def _first_sentence(model: Model) -> str:
    paragraph = (model.__doc__ or "").strip().partition("\n\n")[0]
    words = " ".join(paragraph.replace("``", "`").split())
    first, stop, _ = words.partition(". ")
    return first + stop.strip()
