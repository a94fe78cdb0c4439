"""The export menu of a list, and addresses of exports for charts and tables."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.exporting import Format
from reviews.integrations.exporting.process import has_parquet
from reviews.selectors.exporting.plans import RESOURCES

register = template.Library()


@register.inclusion_tag("components/export_menu.html", takes_context=True)
def export_menu(context: Any, resource: str, **filters: object) -> dict[str, object]:
    """Formats of a list, with the filter of the page that shows it.

    ``filters`` replace those of the address, for a part of a page that has a filter of its own.
    A person who may not open the list gets no menu. No query.
    """
    found, request = RESOURCES[resource], context["request"]
    if not found.may(request.user):
        return {"formats": []}
    given = (
        [(name, str(value)) for name, value in filters.items()]
        if filters
        else [
            (name, value)
            for name in found.parameters
            for value in request.GET.getlist(name)
            if value
        ]
    )
    query = f"?{urlencode(given)}" if given else ""
    return {
        "label": found.label,
        "formats": [
            {"url": reverse("reviews:export", args=[resource, one.value]), "label": _words(one)}
            for one in found.formats
            if one is not Format.PARQUET or has_parquet()
        ],
        "given": given,
        "count_text": "" if filters else context.get("count_text", ""),
        "rows_url": reverse("reviews:export_rows", args=[resource]) + query,
        "also": [
            {"url": reverse("reviews:export", args=[other, Format.CSV.value]), "label": words}
            for name, other, words in _also()
            if name == resource and not filters
        ],
    }


@register.simple_tag
def export_url(resource: str, form: str, **filters: object) -> str:
    """The address of one export with a filter: what a chart's table links to."""
    address = reverse("reviews:export", args=[RESOURCES[resource].name, Format(form).value])
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"{address}?{urlencode(given, doseq=True)}" if given else address


def _also() -> list[tuple[str, str, str]]:
    """The same rows in another layout: of the list, the export, its name."""
    return [
        ("use-cases", "inventory", gettext("In the columns of the federal inventory (CSV)")),
        ("mails", "reminders", gettext("The ledger of reminders behind these mails (CSV)")),
    ]


def _words(form: Format) -> str:
    return {
        Format.CSV: gettext("CSV"),
        Format.NDJSON: gettext("NDJSON"),
        Format.XLSX: gettext("Excel (XLSX)"),
        Format.PARQUET: gettext("Parquet"),
    }[form]
