"""Rows of several tables in one query, as if each queryset had been read by itself."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Field, IntegerField, Model, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, JSONObject, RowNumber


class Rows:
    """A queryset to be read with others, and the rows it ``selects`` over one foreign key.

    Annotations and ``select_related`` of the queryset are not read; its order and its limits are.
    """

    def __init__(self, queryset: QuerySet, *selects: str) -> None:
        self.queryset = queryset
        self.model: type[Model] = queryset.model
        self.selects = {name: _target(self.model, name) for name in selects}

    def asked(self, name: str) -> QuerySet:
        """The rows as texts, each with the name of the part and its place in the part's order."""
        order: Any = self.queryset.query.order_by or self.model._meta.ordering or ["pk"]
        found = self.queryset
        if found.query.is_sliced or found.query.distinct:
            found = self.model._default_manager.filter(pk__in=found.values("pk"))
        related = {name: _columns(one, f"{name}__") for name, one in self.selects.items()}
        row = JSONObject(own=_columns(self.model, ""), **related)
        return (
            found.order_by()
            .annotate(
                t_part=Value(name, output_field=TextField()),
                t_place=Window(RowNumber(), order_by=list(order), output_field=IntegerField()),
                t_row=Cast(row, TextField()),
            )
            .values_list("t_part", "t_place", "t_row")
        )

    def made(self, text: str) -> Model:
        """The row of one such text."""
        read = json.loads(text)
        found = _made(self.model, read["own"])
        for name, target in self.selects.items():
            related = read[name]
            is_there = related[target._meta.pk.attname] is not None
            setattr(found, name, _made(target, related) if is_there else None)
        return found


def together(**parts: Rows) -> dict[str, list[Any]]:
    """The rows of every part by its name, in the part's order. One query for all of them."""
    first, *others = (part.asked(name) for name, part in parts.items())
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name, place, text in first.union(*others, all=True):
        found[name].append((place, text))
    return {
        name: [part.made(text) for _, text in sorted(found[name])] for name, part in parts.items()
    }


def _target(model: type[Model], name: str) -> type[Model]:
    found: Any = model._meta.get_field(name).related_model
    return found


def _fields(model: type[Model]) -> Sequence[Field]:
    return model._meta.concrete_fields


def _columns(model: type[Model], path: str) -> JSONObject:
    return JSONObject(**{one.attname: F(f"{path}{one.attname}") for one in _fields(model)})


def _made(model: type[Model], read: dict[str, Any]) -> Model:
    names = [one.attname for one in _fields(model)]
    values = [_value(one, read[one.attname]) for one in _fields(model)]
    return model.from_db("default", names, values)


def _value(field: Field, given: Any) -> Any:
    """As the column itself would have been read: moments are in UTC."""
    value = field.to_python(given)
    return value.astimezone(UTC) if isinstance(value, datetime) else value
