"""Pages of a long list by key, never by counting rows: page 1 and page 1,000 cost the same."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

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
    backwards, moment, key = _read(cursor)
    if moment is not None:
        direction = "gt" if backwards else "lt"
        queryset = queryset.filter(
            Q(**{f"{field}__{direction}": moment}) | Q(**{field: moment, f"pk__{direction}": key})
        )
    order = [field, "pk"] if backwards else [f"-{field}", "-pk"]
    rows = list(queryset.order_by(*order)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (more or backwards)
    has_previous = bool(rows) and moment is not None and (more or not backwards)
    return Page(
        rows,
        next=_write(rows[-1], field, backwards=False) if has_next else "",
        previous=_write(rows[0], field, backwards=True) if has_previous else "",
    )


def _write(row: Model, field: str, *, backwards: bool) -> str:
    text = json.dumps([int(backwards), getattr(row, field).isoformat(), row.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[bool, datetime | None, int]:
    if not cursor:
        return False, None, 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        backwards, moment, key = json.loads(text)
        return bool(backwards), datetime.fromisoformat(moment), int(key)
    except (ValueError, TypeError, binascii.Error):
        raise BadInput("This page link is damaged. Open the list from its start.") from None
