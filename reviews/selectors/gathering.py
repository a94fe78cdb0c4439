"""Several small lists in one query: the choices of a filter, a person's kept views."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

_COLUMNS = ("g_list", "g_key", "g_label", "g_more", "g_extra")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a gathered list; what it means is up to who asked."""

    key: str
    label: str
    more: str = ""
    extra: str = ""


def listed(
    queryset: QuerySet, key: str, label: str, *, more: Any = "", extra: Any = ""
) -> QuerySet:
    """``queryset`` as a list to gather: columns, also over a relation, or expressions."""
    found: dict[str, Any] = {
        "g_key": _text(key),
        "g_label": _text(label),
        "g_more": _text(more),
        "g_extra": _text(extra),
    }
    return queryset.order_by().annotate(**found)


def gather(lists: dict[str, QuerySet]) -> dict[str, list[Entry]]:
    """Every list by its name, its rows by label. One query for all of them, none for none."""
    parts = [
        rows.annotate(g_list=Value(name, output_field=TextField())).values_list(*_COLUMNS)
        for name, rows in lists.items()
    ]
    found: dict[str, list[Entry]] = defaultdict(list)
    if parts:
        first, *others = parts
        for name, *values in first.union(*others, all=True):
            found[name].append(Entry(*values))
    for rows in found.values():
        rows.sort(key=lambda row: (row.label.casefold(), row.key))
    return found


def _text(column: Any) -> Any:
    if column == "":
        return Value("", output_field=TextField())
    source = F(column) if isinstance(column, str) else column
    return Coalesce(Cast(source, TextField()), Value("", output_field=TextField()))
