"""From a list and its filter to a finished statement. One call for pages and the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext

from reviews.domain.errors import BadInput
from reviews.domain.exporting import Format, Heading
from reviews.permissions.rulings import require
from reviews.selectors.exporting import boards, cases, inventory, office, register
from reviews.selectors.exporting.resources import Column, Reader, Resource
from reviews.selectors.exporting.sql import statement
from reviews.selectors.use_case_filters import check_parameters

OPTIONS = ("bom",)
"""Parameters that no filter knows: ``bom=1`` marks CSV and NDJSON as UTF-8 for spreadsheets."""
CAPPED = 10_000
"""Rows that are counted one by one for the menu; beyond it the database's estimate is shown."""

RESOURCES: Mapping[str, Resource] = MappingProxyType(
    {
        one.name: one
        for one in (
            cases.USE_CASES,
            cases.REVIEWS,
            cases.CONDITIONS,
            register.DEPLOYMENTS,
            register.CUSTOMERS,
            register.APPLICATIONS,
            register.GRANTS,
            register.EXCEPTIONS,
            register.EXTENSIONS,
            office.MAILS,
            office.REMINDERS,
            office.TEAMS,
            office.AUDIT_EVENTS,
            inventory.INVENTORY,
            boards.FILINGS,
            boards.DECISIONS,
            boards.REFUSALS,
            boards.VERDICTS,
            boards.PENDING_CONDITIONS,
        )
    }
)
"""By the name in the address."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A file to be made: the statement that gives its rows, and its columns in order."""

    resource: Resource
    form: Format
    sql: str
    headings: tuple[Heading, ...]
    bom: bool


def plan(resource: Resource, form: Format, *, given: Any, reader: Reader) -> Plan:
    """What this person gets of the list under the filter ``given`` (a ``QueryDict``).

    Raises ``NotPermitted`` for a list that the person may not open, ``BadInput`` for a parameter
    or a value that the list does not know, and for a format that this list has not.
    """
    if form not in resource.formats:
        raise BadInput(
            gettext("This export knows no %(upper)s. It knows: %(value)s.")
            % {
                "upper": form.value.upper(),
                "value": ", ".join(one.value.upper() for one in resource.formats),
            }
        )
    found = filtered(resource, given=given, reader=reader)
    if given.get("bom", "0") not in ("0", "1", ""):
        raise BadInput(gettext("“bom” is 1 or 0."))
    columns = resource.columns_for(reader.user)
    headings = tuple(one.heading for one in columns)
    sql = statement(_values(found.order_by("pk"), columns, reader), headings, form)
    return Plan(resource, form, sql, headings, bom=given.get("bom") == "1")


def filtered(resource: Resource, *, given: Any, reader: Reader) -> QuerySet[Any]:
    """The rows under the filter, as the list has them. Raises as ``plan`` does."""
    require(resource.may(reader.user))
    filters = resource.filters(given, queryset=resource.rows(reader), request=reader)
    check_parameters(list(given), known=[*filters.filters, *OPTIONS])
    for name, errors in filters.form.errors.items():
        raise BadInput(
            gettext("The filter “%(name)s” cannot be read. %(errors)s")
            % {"name": name, "errors": errors[0]}
        )
    found: QuerySet[Any] = filters.qs
    return found


def roughly(resource: Resource, *, given: Any, reader: Reader) -> tuple[int, bool]:
    """How many rows there would be, and whether that is exact. At most two queries and no wait."""
    found = filtered(resource, given=given, reader=reader).order_by()
    counted = found.values("pk")[: CAPPED + 1].count()
    if counted <= CAPPED:
        return counted, True
    sql, values = found.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        (explained,) = cursor.fetchone()
    return max(int(explained[0]["Plan"]["Plan Rows"]), CAPPED + 1), False


def _values(queryset: QuerySet[Any], columns: Sequence[Column], reader: Reader) -> QuerySet[Any]:
    """One value per column, under names that no filter uses."""
    named = {f"exported_{one.name}": one.expression(reader) for one in columns}
    return queryset.annotate(**named).values_list(*named)
