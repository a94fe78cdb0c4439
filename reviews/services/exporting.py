"""Exports: begun in a process of their own, and put on the record."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from reviews.domain.enums import AuditKind
from reviews.domain.exporting import Format, Heading
from reviews.integrations.exporting import process
from reviews.integrations.exporting.jobs import Job
from reviews.integrations.exporting.process import Stream
from reviews.models import User
from reviews.services import audit

LONGEST = 64
"""Characters of a filter's value that the record keeps."""
MOST = 50
"""Values of one filter that it keeps, such as ticked rows."""
TYPED = frozenset({"q"})
"""Filters whose value is prose: the record says that they were set, not to what."""


def make_export(
    resource: str,
    *,
    sql: str,
    form: Format,
    headings: Sequence[Heading],
    title: str,
    bom: bool,
    filters: Mapping[str, Sequence[str]],
    at_once: int,
    seconds: int,
    by: User,
    at: datetime,
    on: date,
) -> Stream:
    """The file as a stream of blocks, once its first bytes are there and the record says so.

    ``sql`` comes from ``selectors.exporting``, which has asked what this person may see. Raises
    ``TooManyExports``, ``TooLong``, ``NotInstalled`` or ``ExportFailed``; then nothing is recorded.
    """
    stream = process.begin(
        Job(
            sql=sql,
            form=form,
            headings=tuple(headings),
            connection=_way_to_the_database(),
            at_once=at_once,
            seconds=seconds,
            title=title,
            bom=bom,
        )
    )
    try:
        record_export(resource, form=form, filters=filters, by=by, at=at, on=on)
    except BaseException:
        stream.close()
        raise
    return stream


@transaction.atomic
def record_export(
    resource: str,
    *,
    form: Format,
    filters: Mapping[str, Sequence[str]],
    by: User,
    at: datetime,
    on: date,
) -> None:
    """Who took which list away, in which format, under which filter."""
    audit.record(
        AuditKind.EXPORT_MADE,
        subject=by,
        by=by,
        at=at,
        on=on,
        resource=resource,
        format=form,
        filters={
            name: "set" if name in TYPED else [value[:LONGEST] for value in values[:MOST]]
            for name, values in sorted(filters.items())
            if any(values)
        },
    )


def _way_to_the_database() -> dict[str, Any]:
    """What a process without Django needs to connect as this one does."""
    known = connection.get_connection_params()
    plain = {name: value for name, value in known.items() if isinstance(value, str | int)}
    return {name: value for name, value in plain.items() if name not in ("prepare_threshold",)}


def get_ready() -> None:
    """Somebody opened the menu: have the process that writes exports at hand."""
    process.warm()
