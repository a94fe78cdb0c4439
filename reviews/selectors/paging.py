"""Pages of a long list by key, never by counting rows: page 1 and page 1,000 cost the same."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext

from reviews.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` in display order; ``next`` and ``previous`` are cursors, empty at the ends."""

    rows: list[Any]
    next: str
    previous: str


def newest_first(queryset: QuerySet, field: str, *, cursor: str, size: int) -> Page:
    """One page of ``queryset`` by ``-field, -pk`` (``field`` holds aware moments).

    Raises ``BadInput`` for a cursor that this function did not make. One query.
    """
    backwards, text, key = _read(cursor)
    moment = _moment(text) if text is not None else None
    order = [field, "pk"] if backwards else [f"-{field}", "-pk"]
    found = _beyond(queryset, field, moment, key, direction="gt" if backwards else "lt")
    return _page(found, order, field, is_first=moment is None, backwards=backwards, size=size)


def by_name(queryset: QuerySet, field: str, *, cursor: str, size: int) -> Page:
    """One page of ``queryset`` by ``field, pk`` (``field`` holds texts or days; it may lie over a
    relation that the queryset selects). Raises ``BadInput`` as ``newest_first`` does. One query.
    """
    backwards, text, key = _read(cursor)
    order = [f"-{field}", "-pk"] if backwards else [field, "pk"]
    found = _beyond(queryset, field, text, key, direction="lt" if backwards else "gt")
    return _page(found, order, field, is_first=text is None, backwards=backwards, size=size)


def by_day(queryset: QuerySet, field: str, *, cursor: str, size: int) -> Page:
    """One page of ``queryset`` by ``field, pk`` (``field`` holds days). Raises ``BadInput`` as
    ``newest_first`` does. One query.
    """
    backwards, text, key = _read(cursor)
    day = _day(text) if text is not None else None
    order = [f"-{field}", "-pk"] if backwards else [field, "pk"]
    found = _beyond(queryset, field, day, key, direction="lt" if backwards else "gt")
    return _page(found, order, field, is_first=day is None, backwards=backwards, size=size)


def newest_number_first(queryset: QuerySet, field: str, *, cursor: str, size: int) -> Page:
    """One page of ``queryset`` by ``-pk``, where the primary key itself counts (``field`` is its
    name). Raises ``BadInput`` as ``newest_first`` does. One query.
    """
    backwards, text, key = _read(cursor)
    if text is not None:
        queryset = queryset.filter(**{"pk__gt" if backwards else "pk__lt": key})
    order = ["pk" if backwards else "-pk"]
    return _page(queryset, order, field, is_first=text is None, backwards=backwards, size=size)


def _beyond(queryset: QuerySet, field: str, value: object, key: int, *, direction: str) -> QuerySet:
    """The rows that come after the one of the cursor, on its side."""
    if value is None:
        return queryset
    beyond = Q(**{f"{field}__{direction}": value}) | Q(**{field: value, f"pk__{direction}": key})
    # The first condition follows from the second; an index knows by it where to begin.
    return queryset.filter(beyond, **{f"{field}__{direction}e": value})


def _page(
    queryset: QuerySet,
    order: list[str],
    field: str,
    *,
    is_first: bool,
    backwards: bool,
    size: int,
) -> Page:
    rows = list(queryset.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (more or backwards)
    has_previous = bool(rows) and not is_first and (more or not backwards)
    return Page(
        rows,
        next=_write(rows[-1], field, backwards=False) if has_next else "",
        previous=_write(rows[0], field, backwards=True) if has_previous else "",
    )


def cursor_after(row: Model, field: str) -> str:
    """The cursor of the page that follows this row."""
    return _write(row, field, backwards=False)


def _write(row: Model, field: str, *, backwards: bool) -> str:
    value: Any = row
    for name in field.split("__"):
        value = getattr(value, name)
    plain = value.isoformat() if isinstance(value, date) else str(value)
    text = json.dumps([int(backwards), plain, row.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _damaged() from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _damaged() from None


def _damaged() -> BadInput:
    return BadInput(gettext("This page link is damaged. Open the list from its start."))


def _read(cursor: str) -> tuple[bool, str | None, int]:
    if not cursor:
        return False, None, 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        backwards, value, key = json.loads(text)
        if not isinstance(value, str) or "\0" in value:
            raise _damaged()
        return bool(backwards), value, int(key)
    except (ValueError, TypeError, binascii.Error):
        raise _damaged() from None
