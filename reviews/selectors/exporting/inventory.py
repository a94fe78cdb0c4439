"""Use cases in the columns of the federal inventory; a raw row goes back as it came.

The cells of a row that nobody changed are given back byte for byte, without the guard against
formulas: they came from such a file, and go into one. What people wrote in the portal is guarded.
"""

from pathlib import Path
from typing import Any

from django.db.models import (
    Case,
    DateTimeField,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact, In
from django.utils.translation import gettext_lazy as _

from reviews.domain.exporting import Format, Kind
from reviews.domain.importing.profiles import fold
from reviews.integrations import data_files
from reviews.models import DraftPage, ImportRun, UseCase
from reviews.selectors.exporting.resources import Column, Reader, Resource
from reviews.selectors.exporting.sql import guarded
from reviews.selectors.use_case_filters import UseCaseFilter

_NAME = Path("exports", "inventory-2024.toml")
_LAYOUT = data_files.read(data_files.DATA / _NAME, name=_NAME)
HEADER: tuple[str, ...] = tuple(one["header"] for one in _LAYOUT["columns"])


_NOTHING = Value("", output_field=TextField())


class _Guarded(Func):
    """A text that people typed here, with the guard against formulas."""

    template = f"(SELECT {guarded('g.v')} FROM (SELECT %(expressions)s AS v) g)"  # noqa: S608
    output_field = TextField()


class _Trimmed(Func):
    """Blanks cut off and line ends made alike, as an import reads a cell."""

    template = (
        r"regexp_replace(regexp_replace(%(expressions)s, '^\s+|\s+$', '', 'g'),"
        r" '\r\n?', E'\n', 'g')"
    )
    output_field = TextField()


class _Folded(Func):
    """Blanks collapsed and case gone, as ``domain.importing.profiles.fold`` does."""

    template = r"lower(btrim(regexp_replace(%(expressions)s, '\s+', ' ', 'g')))"
    output_field = TextField()


def _rows(reader: Reader) -> QuerySet[UseCase]:
    """With the raw row, where it has the columns of this layout, and when it came.

    One query for the imports that brought such rows.
    """
    runs = dict(
        ImportRun.objects.filter(profile=_LAYOUT["profile"], header=list(HEADER)).values_list(
            "pk", "at"
        )
    )
    came = [When(raw__run=key, then=Value(at)) for key, at in runs.items()]
    return (
        UseCase.objects.visible_to(reader.user)
        .annotate(
            raw=FilteredRelation("imported_row", condition=Q(imported_row__run__in=[*runs, 0]))
        )
        .annotate(came_at=Case(*came, default=None, output_field=DateTimeField()))
    )


def _cell(number: int, filled_by: str) -> Any:
    """The raw cell as long as it says what the case says, or nobody changed the case at all."""
    cell = F(f"raw__cells__{number}")
    if not filled_by:
        return Coalesce(cell, Value(""), output_field=TextField())
    if filled_by == "team":
        return Coalesce(cell, _Guarded(_said(filled_by)), output_field=TextField())
    untouched = Q(came_at__gte=F("updated_at"))
    return Case(
        When(untouched, then=cell),
        *(When(same, then=cell) for same in _still_said(cell, filled_by)),
        default=_Guarded(_said(filled_by)),
        output_field=TextField(),
    )


def _said(filled_by: str) -> Any:
    """What a case says now, for one column."""
    if filled_by in _LAYOUT["answers"]:
        rule = _LAYOUT["answers"][filled_by]
        page = DraftPage.objects.filter(use_case=OuterRef("pk"), page=rule["page"])
        text = page.annotate(found=KT(f"answers__{rule['field']}")).values("found")[:1]
        return Coalesce(Subquery(text, output_field=TextField()), _NOTHING)
    if filled_by == "stage":
        stages = _LAYOUT["stages"].items()
        words = [When(lifecycle_stage=key, then=Value(said[0])) for key, said in stages]
        return Case(*words, default=Value(""), output_field=TextField())
    return Cast(F({"title": "title", "team": "team__name"}[filled_by]), TextField())


def _still_said(cell: F, filled_by: str) -> list[Any]:
    """When the cell means what the case says, in other blanks or other words perhaps."""
    if filled_by == "stage":
        return [
            Q(lifecycle_stage=key) & Q(In(_Folded(cell), [fold(word) for word in words]))
            for key, words in _LAYOUT["stages"].items()
        ] + [Q(lifecycle_stage="", raw__isnull=False)]
    nothing = [*(fold(word) for word in _LAYOUT["blanks"]), ""]
    return [
        Exact(_Trimmed(cell), _said(filled_by)),
        Q(Exact(_said(filled_by), _NOTHING)) & Q(In(_Folded(cell), nothing)),
    ]


INVENTORY = Resource(
    "inventory",
    _("Federal inventory"),
    "One use case that the reader may see, in the columns of the 2024 U.S. Federal Agency AI Use"
    " Case Inventory. A case that came from such a file and was not changed since has its own cells"
    " again, as they stood in the file; of a changed one, only the cells that say something else.",
    _rows,
    UseCaseFilter,
    tuple(
        Column(
            f"cell_{number + 1}",
            Kind.CODE,
            f"Filled by: {one['filled_by']}." if "filled_by" in one else "From the file alone.",
            _cell(number, one.get("filled_by", "")),
            header=one["header"],
        )
        for number, one in enumerate(_LAYOUT["columns"])
    ),
    formats=(Format.CSV, Format.XLSX),
)
