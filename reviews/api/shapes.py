"""How rows read in JSON: the fields that were asked for; what goes in is named and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from reviews.api.problems import Problem
from reviews.models import Customer, Team, User


@dataclass(frozen=True, slots=True)
class Chosen:
    """``?fields=`` (all where empty) and ``?expand=``."""

    fields: frozenset[str]
    expand: frozenset[str]

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Chosen":
        parts = [query.get(name, "") for name in ("fields", "expand")]
        return cls(*(frozenset(filter(None, part.split(","))) for part in parts))


class Shape(serializers.ModelSerializer):
    """What goes out. ``Meta.expandable`` names fields that are only there when asked for."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        chosen = self.context.get("chosen")
        expandable = set(getattr(self.Meta, "expandable", ()))
        if chosen is None or (self.parent and self.parent.parent):
            return {name: field for name, field in fields.items() if name not in expandable}
        _check("fields", chosen.fields, set(fields))
        _check("expand", chosen.expand, expandable)
        return {
            name: field
            for name, field in fields.items()
            if (name in chosen.expand if name in expandable else True)
            and (not chosen.fields or name in chosen.fields | chosen.expand)
        }


class Person(Shape):
    """Somebody with an account: never with an address."""

    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = User
        fields = ("username", "name")


class TeamLink(Shape):
    class Meta:
        model = Team
        fields = ("uid", "name")


class CustomerLink(Shape):
    class Meta:
        model = Customer
        fields = ("uid", "name")


class Seen(serializers.SlugRelatedField):
    """A row by its key, among those that the caller may see."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        rows = super().get_queryset()
        return rows.visible_to(request.user) if request else rows


class Input(serializers.Serializer):
    """What comes in. A field that it does not know is refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                known = ", ".join(self.fields) or _("none")
                words = _("This field is not known here. Known: %(known)s.") % {"known": known}
                raise serializers.ValidationError(
                    {name: [ErrorDetail(words, "unknown_field")] for name in unknown}
                )
            wrong = {
                name: [ErrorDetail(words, "invalid")]
                for name, field in self.fields.items()
                if (words := _wrong_type(field, data.get(name)))
            }
            if wrong:
                raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


def _wrong_type(field: Any, value: Any) -> str:
    """JSON has types: a number is no text, and “yes” no truth."""
    if value is None:
        return ""
    if isinstance(field, serializers.BooleanField) and not isinstance(value, bool):
        return _("This is true or false.")
    texts = serializers.CharField | serializers.DateField | serializers.ChoiceField
    if isinstance(field, texts | serializers.SlugRelatedField) and not isinstance(value, str):
        return _("This is a text.")
    return ""


class Nothing(Input):
    """An empty body."""


class Reason(Input):
    """Why; whoever is concerned reads it."""

    reason = serializers.CharField(max_length=5_000)


class StandingField(serializers.ChoiceField):
    """How a row stands today: what follows from its state and its last day."""

    def __init__(self, choices: type[TextChoices]) -> None:
        super().__init__(choices.choices, source="*", read_only=True)

    def to_representation(self, row: Any) -> str:
        return str(row.standing(on=self.context["request"].today).value)


def _check(parameter: str, asked: frozenset[str], known: set[str]) -> None:
    unknown = sorted(asked - known)
    if unknown:
        words = _("“%(parameter)s” knows no “%(name)s”. Known: %(known)s.") % {
            "parameter": parameter,
            "name": unknown[0],
            "known": ", ".join(sorted(known)) or _("none"),
        }
        raise Problem(400, "bad_input", words, pointers={f"/{parameter}": words})
