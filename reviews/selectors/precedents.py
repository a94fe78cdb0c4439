"""The decided cases most like one, with what was decided there and why they match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from reviews.domain.enums import Origin, Outcome, State
from reviews.domain.intake import Answers
from reviews.domain.precedents import Description, describe, spelled
from reviews.integrations.theme_data import themes
from reviews.models import CaseText, Condition, Decision, UseCase, User
from reviews.models.intake_answers import read_answers
from reviews.selectors.likeness import Like, Pool, ranked

LEAST = 0.25
"""Likeness below which a case is not shown: chance words. Read off other cases than the 20."""

LOOKED_AT = 50
"""Best cases among which those that the reader may see are shown, and the others counted."""

_DECIDED = [state for state in State if state.is_decided]


@dataclass(frozen=True, slots=True)
class Why:
    """What both cases share, in words; stems are spelled as the asked case spells them."""

    same_title: bool
    themes: tuple[str, ...]
    words: tuple[str, ...]
    capabilities: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """The decision in force on one scenario; ``conditions`` are its promises, in words."""

    name: str
    outcome: Outcome
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precedent:
    use_case: UseCase
    score: float
    why: Why
    outcomes: tuple[ScenarioOutcome, ...]


@dataclass(frozen=True, slots=True)
class Precedents:
    """``hidden``: like cases that were decided, too, and that this person may not see."""

    shown: tuple[Precedent, ...]
    hidden: int


def similar(use_case: UseCase, answers: Answers, user: User, *, limit: int = 5) -> Precedents:
    """Decided cases most like this one by these answers, best first. Two queries.

    ``answers`` are the working ones while the team files, the frozen ones while it is reviewed.
    Outcomes and conditions are those in force; who decided, notes and reasons are left out.
    """
    asked = describe(answers, themes())
    seen = UseCase.objects.visible_to(user)
    found = likest(asked, itself=use_case.pk, pool=_decided(), seen=seen)
    mine = [one for one in found if one.seen][:limit]
    return Precedents(_shown(asked, mine), sum(1 for one in found if not one.seen))


def answers_of(use_case: UseCase, *, working: bool) -> Answers:
    """The working answers, for who may read them; else what was last filed or imported."""
    filed = None if working else use_case.submissions.order_by("-number").first()
    if filed is not None:
        return filed.answers
    if working or use_case.origin == Origin.IMPORTED:
        return read_answers(use_case)
    return {}


def likest(
    asked: Description,
    *,
    itself: int,
    pool: QuerySet[UseCase],
    seen: QuerySet[UseCase],
    limit: int = LOOKED_AT,
    least: float = LEAST,
) -> list[Like]:
    """Cases of ``pool`` most like ``asked``, best first, with whether they are in ``seen``."""
    if not asked.title and not asked.text:
        return []
    like = ranked(
        asked,
        silent=themes().silent,
        itself=itself,
        pool=_keys(pool),
        seen=_keys(seen),
        limit=limit,
    )
    return [one for one in like if one.score >= least]


def _decided() -> QuerySet[UseCase]:
    return UseCase.objects.filter(state__in=_DECIDED)


def _keys(rows: QuerySet[UseCase]) -> Pool:
    return rows.order_by().values("pk").query.sql_with_params()


def _shown(asked: Description, like: Sequence[Like]) -> tuple[Precedent, ...]:
    """One query for all of them: case, text, and the decisions in force with their conditions."""
    if not like:
        return ()
    conditions = Condition.objects.filter(decision=OuterRef("pk")).order_by("pk")
    decisions = (
        Decision.objects.in_force()
        .filter(intended_use__use_case=OuterRef("pk"), intended_use__dropped_at=None)
        .order_by("intended_use__position", "pk")
    )
    rows = {
        row.pk: row
        for row in CaseText.objects.filter(pk__in=[one.key for one in like])
        .select_related("use_case")
        .annotate(
            decided=ArraySubquery(
                decisions.annotate(promised=ArraySubquery(conditions.values("text"))).values(
                    said=JSONObject(
                        name="intended_use__name", outcome="outcome", conditions="promised"
                    )
                )
            )
        )
    }
    return tuple(
        Precedent(
            rows[one.key].use_case,
            one.score,
            _why(asked, one, rows[one.key]),
            tuple(_outcome(said) for said in rows[one.key].decided),
        )
        for one in like
        if one.key in rows
    )


def _outcome(said: Mapping[str, Any]) -> ScenarioOutcome:
    return ScenarioOutcome(said["name"], Outcome(said["outcome"]), tuple(said["conditions"]))


_SAME_TITLE = 0.6
"""Likeness of titles, by trigrams, that is worth a word."""


def _why(asked: Description, like: Like, known: CaseText) -> Why:
    shared = [name for name in asked.themes if name in known.themes]
    return Why(
        like.title >= _SAME_TITLE,
        tuple(themes().words_of(name) for name in shared),
        spelled(like.words, f"{asked.title}\n{asked.text}"),
        tuple(slug for slug in asked.capabilities if slug in known.capabilities),
        tuple(fact for fact in asked.facts if fact in known.facts),
    )
