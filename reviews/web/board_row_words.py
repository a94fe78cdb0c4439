"""The lists behind the boards' numbers, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from reviews.domain.enums import ConditionState, VerdictValue
from reviews.selectors.boards.rows import Line
from reviews.web.board_sections import day


@dataclass(frozen=True, slots=True)
class Words:
    title: Any
    lead: Any
    columns: Sequence[Any]


WORDS = {
    "filings": Words(
        gettext_lazy("Use cases filed"),
        gettext_lazy("The first submission of each, with the day it was filed."),
        (gettext_lazy("Team"), gettext_lazy("Filed"), gettext_lazy("State now")),
    ),
    "decisions": Words(
        gettext_lazy("Decisions"),
        gettext_lazy(
            "Decisions that took effect, with the working days since their review was opened."
        ),
        (
            gettext_lazy("Team"),
            gettext_lazy("Took effect"),
            gettext_lazy("Working days"),
            gettext_lazy("Decided by"),
        ),
    ),
    "refusals": Words(
        gettext_lazy("Refusals at the gate"),
        gettext_lazy("Each filing that the gate refused, with the rules it rests on."),
        (gettext_lazy("Team"), gettext_lazy("Refused"), gettext_lazy("Rules")),
    ),
    "verdicts": Words(
        gettext_lazy("Verdicts"),
        gettext_lazy("What reviewers judged, of reviews whose decision took effect."),
        (
            gettext_lazy("Requirement"),
            gettext_lazy("Verdict"),
            gettext_lazy("Reviewer"),
            gettext_lazy("Decision took effect"),
        ),
    ),
    "conditions": Words(
        gettext_lazy("Conditions in force"),
        gettext_lazy("Not met yet, the earliest due day first."),
        (
            gettext_lazy("Condition"),
            gettext_lazy("Owner"),
            gettext_lazy("Due"),
            gettext_lazy("State"),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    title: str
    note: str
    url: str
    cells: Sequence[tuple[Any, str]]


def line(kind: str, one: Line) -> Shown:
    """A row of the list ``kind``."""
    row, case = one.row, one.case
    team, when = case.team.name, day(one.on) if one.on else ""
    url = case.get_absolute_url()
    if kind == "filings":
        texts = [team, when, str(case.current_state.label)]
    elif kind == "decisions":
        texts = [team, when, str(one.days), _deciders(row)]
        url = reverse("reviews:decision", args=[case.reference])
    elif kind == "refusals":
        texts = [team, when, ", ".join(dict.fromkeys(row.data.get("rules", ())))]
    elif kind == "verdicts":
        verdict = str(VerdictValue(row.value).label)
        texts = [row.item.requirement.code, verdict, str(row.assignment.reviewer), when]
        url = reverse("reviews:review", args=[row.item.review.uid])
    else:
        state = str(ConditionState(row.state).label)
        texts = [_cut(row.text), str(row.owner), when, state]
        url = reverse("reviews:condition", args=[row.uid])
    columns = WORDS[kind].columns
    return Shown(case.title, case.reference, url, list(zip(columns, texts, strict=True)))


def _deciders(row: Any) -> str:
    if not row.needs_countersignature:
        return str(row.decided_by)
    return gettext("%(lead)s, countersigned by %(second)s") % {
        "lead": row.decided_by,
        "second": row.countersignature.by,
    }


def _cut(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
