"""What the filters of all lists share: their kinds, their choices, and the words for them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from reviews.domain.errors import BadInput
from reviews.domain.query_words import (
    LEFT_OUT,
    Choice,
    Key,
    Kind,
    Vocabulary,
    gaps_apart,
    terms,
)
from reviews.models import User
from reviews.selectors.gathering import Entry, gather, listed

MOST_TERMS = 8
"""Words that one search looks for."""
_ASKED = "_asked"
MOST_OFFERED = 100
"""Rows that one filter offers to choose from; those that were asked for stand there as well."""
YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """One of several values. ``gathered``: its choices are rows, read when they are first needed.

    ``by_label``: the search box writes the label, since the value says nothing to people.
    """

    def __init__(
        self, *args: Any, gathered: bool = False, by_label: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", forms.SelectMultiple(attrs={"size": 4}))
        kwargs.setdefault("distinct", False)
        if gathered:
            kwargs.setdefault("choices", ())
        super().__init__(*args, **kwargs)
        self.gathered = gathered
        self.by_label = by_label

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class DaysFilter(django_filters.NumberFilter):
    """A number of days; ``word`` and ``sign`` are how the search box writes it (``due<7d``)."""

    def __init__(self, *, word: str, sign: str, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", 3660)
        kwargs.setdefault("decimal_places", 0)
        kwargs.setdefault("widget", forms.NumberInput(attrs={"min": 0, "step": 1}))
        super().__init__(**kwargs)
        self.word = word
        self.sign = sign


class DayFilter(django_filters.DateFilter):
    """A day; ``word`` and ``sign`` are how the search box writes it (``submitted>=2023-01-01``)."""

    def __init__(self, *, word: str, sign: str, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **kwargs)
        self.word = word
        self.sign = sign


class _Keys(forms.Field):
    """Public keys; what is none is an error."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        try:
            return [UUID(one) for one in value or ()]
        except ValueError:
            raise forms.ValidationError(gettext_lazy("This is no key of a row.")) from None


class PickFilter(django_filters.Filter):
    """The rows of these public keys: what was ticked. It is no word and no field of the form."""

    field_class = _Keys

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class ListFilter(django_filters.FilterSet):
    """The filter of one list, for page, API and export alike.

    ``searched``: columns in which every searched word must be found; ``left_out``: names of the
    filters that can also leave out (``state_not``). ``rows_of`` names the choices that are rows.
    """

    searched: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """The declared filters, and one that leaves out for each name in ``left_out``."""
        found = super().get_filters()
        for name in cls.left_out:
            kept = found[name]
            found[f"{name}{LEFT_OUT}"] = ChoicesFilter(
                label=format_lazy(gettext_lazy("Without: {label}"), label=kept.label),
                field_name=name,
                method="leave_out",
                choices=kept.extra["choices"],
                gathered=kept.gathered,
            )
        return found

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._beside: dict[str, QuerySet] = {}
        self._gathered: dict[str, list[Entry]] | None = None
        self._said: Mapping[str, Sequence[str]] = {}
        for name, one in self.filters.items():
            if getattr(one, "gathered", False):
                rows = name.removesuffix(LEFT_OUT)
                one.extra["choices"] = self._reader_of(rows)
                one.extra["help_text"] = lazy(self._hint_of, str)(rows)

    # What the lists say for themselves

    def rows_of(self) -> dict[str, QuerySet]:
        """Choices that are rows, by name of the filter, as ``gathering.listed`` makes them."""
        return {}

    def fixed_of(self, name: str) -> list[tuple[str, Any]]:
        """Choices that stand before the rows."""
        return []

    def shown_of(self, name: str) -> list[tuple[str, Any]]:
        """The rows of one filter as choices."""
        offered = self.gathered(name)
        if self.has_more(name):
            offered = offered[:MOST_OFFERED]
        asked = [row for row in self.gathered(f"{name}{_ASKED}") if row not in offered]
        return [(row.key, row.label) for row in (*offered, *asked)]

    # Reading

    def understand(self, said: Mapping[str, Sequence[str]]) -> None:
        """Have rows at hand that people named in words, beyond those that are offered.

        ``said``: what was typed for each filter (``query_words.said``). Call it before anything is
        read.
        """
        self._said = said

    def some_of(self, name: str, rows: QuerySet, key: str, label: str) -> dict[str, QuerySet]:
        """For ``rows_of``: the first ``MOST_OFFERED`` of many rows by label, and one more to know
        that there are more; beside them those that are chosen or named."""
        found = {name: listed(rows, key, label).order_by(label)[: MOST_OFFERED + 1]}
        chosen = [*self._given(name), *self._given(f"{name}{LEFT_OUT}")]
        if wanted := _named(chosen, self._said.get(name, ()), rows.model, key, label):
            asked = listed(rows.filter(wanted), key, label).order_by(Length(label), label)
            found[f"{name}{_ASKED}"] = asked[: MOST_OFFERED + len(chosen)]
        return found

    def has_more(self, name: str) -> bool:
        """Whether this filter offers only a part of what there is."""
        return len(self.gathered(name)) > MOST_OFFERED

    def _given(self, name: str) -> list[str]:
        data: Any = self.data
        return [one for one in data.getlist(name) if one] if hasattr(data, "getlist") else []

    @property
    def user(self) -> User:
        return self.request.user

    @property
    def at(self) -> datetime:
        return self.request.now

    @property
    def on(self) -> date:
        return self.request.today

    def gather_beside(self, **lists: QuerySet) -> None:
        """Read these lists with the choices, in the same query. Call it before anything is read."""
        self._beside |= lists

    def take_gathered(self, other: "ListFilter") -> None:
        """What a filter of the same list and person has read already."""
        self._gathered = other._gathered

    def gathered(self, name: str) -> list[Entry]:
        """The rows of one list; the first call reads them all, in one query."""
        if self._gathered is None:
            self._gathered = gather({**self.rows_of(), **self._beside})
        return self._gathered.get(name, [])

    def _reader_of(self, name: str) -> Callable[[], list[tuple[str, Any]]]:
        """What reads the choices when they are needed; a form copies it without reading."""

        def read() -> list[tuple[str, Any]]:
            return [*self.fixed_of(name), *self.shown_of(name)]

        return read

    def _hint_of(self, name: str) -> str:
        """How to reach the rows that a filter does not offer; empty where it offers all."""
        if not self.has_more(name):
            return ""
        return gettext(
            "The first %(count)d of more. Type any other in the search box: %(word)s"
        ) % {"count": MOST_OFFERED, "word": f'{name}:"…"'}

    def check_values(self) -> None:
        """Raise ``BadInput`` for a value that a filter does not know: it must not list everything,
        and an action on many least of all."""
        for name, errors in self.form.errors.items():
            label = self.form.fields[name].label if name in self.form.fields else name
            raise BadInput(
                gettext("The filter “%(label)s” cannot be read. %(why)s")
                % {"label": label, "why": errors[0]}
            )

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every word, and every phrase in quotes, in one of ``searched`` (column and lookup)."""
        for term in terms(value)[:MOST_TERMS]:
            found = Q()
            for lookup in self.searched:
                found |= Q(**{lookup: term})
            queryset = queryset.filter(found)
        return queryset

    def leave_out(self, queryset: QuerySet, name: str, values: list[str]) -> QuerySet:
        """Without the rows that the filter of this name would keep."""
        if not values:
            return queryset
        kept = self.filters[name]
        if kept.method is None:
            return queryset.exclude(**{f"{kept.field_name}__in": values})
        everything = queryset.model._default_manager.all()
        return queryset.exclude(pk__in=kept.filter(everything, values).order_by().values("pk"))


def _named(
    chosen: Sequence[str], said: Sequence[str], model: Any, key: str, label: str
) -> Q | None:
    """Rows with these keys, or whose key or label has what was typed."""
    column = model._meta.get_field(key)
    wanted = Q()
    for one in chosen:
        try:
            wanted |= Q(**{key: column.to_python(one)})
        except ValidationError:
            continue  # the form says so
    for text in said:
        wanted |= Q(**{f"{label}__iregex": gaps_apart(text)})
        try:
            wanted |= Q(**{key: column.to_python(text)})
        except ValidationError:
            continue
    return wanted or None


# The words ----------------------------------------------------------------------------------------


def vocabulary(filters: ListFilter) -> Vocabulary:
    """The words of this list's search box, made of its filters. One query where rows are choices.

    A filter that only leaves out has no word of its own: it is the other one's, with a minus.
    """
    return Vocabulary(
        tuple(
            _key(filters, name, one)
            for name, one in filters.filters.items()
            if name != "q" and not name.endswith(LEFT_OUT) and not isinstance(one, PickFilter)
        )
    )


def _key(filters: ListFilter, name: str, one: Any) -> Key:
    label = str(one.label)
    if isinstance(one, DaysFilter):
        return Key(one.word, name, Kind.DAYS, label, one.sign)
    if isinstance(one, DayFilter):
        return Key(one.word, name, Kind.DAY, label, one.sign)
    if not isinstance(one, django_filters.ChoiceFilter | django_filters.MultipleChoiceFilter):
        return Key(name, name, Kind.OTHER, label)
    choices = _choices(one)
    if choices and {choice.value for choice in choices} <= {"yes", "no"}:
        return Key(name, name, Kind.FLAG, label, choices=choices)
    return Key(
        name,
        name,
        Kind.CHOICE,
        label,
        choices=choices,
        is_many=isinstance(one, django_filters.MultipleChoiceFilter),
        may_be_left_out=f"{name}{LEFT_OUT}" in filters.filters,
    )


def _choices(one: Any) -> tuple[Choice, ...]:
    """A label that two rows share is no word for either."""
    given = one.extra["choices"]
    pairs = [(str(value), str(label)) for value, label in (given() if callable(given) else given)]
    labels = [label for _, label in pairs]
    opaque = getattr(one, "by_label", False)
    return tuple(
        Choice(value, label, label if opaque and labels.count(label) == 1 else value)
        for value, label in pairs
    )
