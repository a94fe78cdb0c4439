"""How rows read in JSON: the fields that were asked for; what goes in is named and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from reviews.api.problems import Problem


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
        return super().to_internal_value(data)


class Nothing(Input):
    """An empty body."""


def _check(parameter: str, asked: frozenset[str], known: set[str]) -> None:
    unknown = sorted(asked - known)
    if unknown:
        words = _("“%(parameter)s” knows no “%(name)s”. Known: %(known)s.") % {
            "parameter": parameter,
            "name": unknown[0],
            "known": ", ".join(sorted(known)) or _("none"),
        }
        raise Problem(400, "bad_input", words, pointers={f"/{parameter}": words})
