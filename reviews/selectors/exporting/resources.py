"""What can be exported: for each list its rows, its filter and its columns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import django_filters
from django.db.models import F, Func, QuerySet

from reviews.domain.exporting import Format, Heading, Kind
from reviews.models import User
from reviews.permissions.rulings import YES, Ruling


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and when it is. It stands where the filters of the lists ask for a request."""

    user: User
    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``source``: a path from the row, an expression, or one that needs the reader.

    ``only``: who gets it at all; for everybody else the file has no such column. ``header``: what
    stands in the file where it is not the name.
    """

    name: str
    kind: Kind
    meaning: str
    source: Any = ""
    only: Callable[[User], Ruling | bool] | None = None
    header: str = ""

    def expression(self, reader: Reader) -> Any:
        if callable(self.source) and not hasattr(self.source, "resolve_expression"):
            return self.source(reader)
        return F(self.source or self.name) if isinstance(self.source, str) else self.source

    @property
    def heading(self) -> Heading:
        return Heading(self.header or self.name, self.kind)


def anybody(user: User) -> Ruling:
    """Everybody exports what they see."""
    return YES


@dataclass(frozen=True, slots=True)
class Resource:
    """One list as a table. ``rows``: what this person may see of it, before any filter.

    ``may``: who may open the list at all. ``label`` is its name for people, ``about`` says what a
    row is.
    """

    name: str
    label: Any
    about: str
    rows: Callable[[Reader], QuerySet[Any]]
    filters: type[django_filters.FilterSet]
    columns: tuple[Column, ...]
    may: Callable[[User], Ruling] = anybody
    formats: tuple[Format, ...] = tuple(Format)

    def columns_for(self, user: User) -> tuple[Column, ...]:
        return tuple(one for one in self.columns if one.only is None or one.only(user))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the filters, which are those of the list."""
        return tuple(self.filters.base_filters)


class TextArray(Func):
    """The texts of a JSON list."""

    template = "ARRAY(SELECT jsonb_array_elements_text(%(expressions)s))"
