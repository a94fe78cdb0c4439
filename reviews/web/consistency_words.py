"""“Things you forgot” in words: each finding as a sentence with the ways to where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.consistency_facts import Finding, RuleId, Severity, Spot
from reviews.models import Review, ReviewAssignment, UseCase
from reviews.selectors.answers import answer_anchor, item_anchor
from reviews.selectors.consistency import before_decision, before_sign_off
from reviews.selectors.findings import ReviewSummary
from reviews.web.requests import PortalRequest

AT_FIRST = 6
"""Places that a finding names; the others are counted."""

_WORDS = {
    RuleId.MET_ON_NOTHING: _("Judged met, but the answer it rests on is empty or not known yet."),
    RuleId.MET_AGAINST_ANSWER: _("Judged met, but the team answered no."),
    RuleId.TRIGGERED_NOT_APPLICABLE: _(
        "Judged “does not apply”, but the team's answer says that it does."
    ),
    RuleId.MISSED_WITHOUT_PLAN: _(
        "Missed, without a plan for closing the gap. A condition has to close it then."
    ),
    RuleId.PROBE_UNADDRESSED: _(
        "The team said yes to a point of critics, and the review says nothing about it."
    ),
    RuleId.CHANGED_SAME_VERDICT: _(
        "The answers behind it changed since the last round; verdict and note did not."
    ),
    RuleId.ANSWERED_LATER: _("The team answered a question after the verdict was saved."),
    RuleId.OLD_EVIDENCE: _("Rests on a file that was added more than a year ago."),
    RuleId.ADVICE_AGAINST_VERDICTS: _("The recommendation does not fit the verdicts."),
    RuleId.PROMISE_OVERDUE: _("A condition of the earlier decision is overdue."),
    RuleId.PROMISE_UNPROVEN: _("A condition of the earlier decision waits for its proof."),
    RuleId.STAGE_MOVED: _("The stage has moved since the last round: other items are due now."),
    RuleId.QUESTION_OPEN: _("A question to the team has no answer yet."),
    RuleId.THREAD_OPEN: _("A thread in the office is not resolved."),
    RuleId.MET_WITHOUT_GROUNDS: _("Judged met without a note or a file that shows it."),
    RuleId.SAME_NOTE: _("The same note stands on many items."),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: words and address."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. ``by``: whose verdicts, for a lead; ``more`` counts the places left out."""

    text: str
    must_look: bool
    by: str
    places: tuple[Place, ...]
    more: str


def own_lines(
    request: PortalRequest, review: Review, mine: ReviewAssignment | None, *, advice: str = ""
) -> list[Line] | None:
    """For a reviewer who is about to sign off: about nobody else's verdicts. One query."""
    if mine is None or mine.signed_off_at is not None:
        return None
    zone = timezone.get_current_timezone()
    found = before_sign_off(review, mine, on=request.today, zone=zone, advice=advice)
    return lines(found, review)


def signed_lines(
    request: PortalRequest, use_case: UseCase, found: ReviewSummary | None
) -> list[Line] | None:
    """For a lead who is about to decide, on what all reviewers have signed. One query."""
    if found is None:
        return None
    review = found.review
    review.use_case = use_case
    zone = timezone.get_current_timezone()
    names = {str(one.assignment.pk): str(one.reviewer) for one in found.signed}
    return lines(before_decision(review, on=request.today, zone=zone), review, names=names)


def lines(
    found: Sequence[Finding], review: Review, *, names: Mapping[str, str] | None = None
) -> list[Line]:
    """What must be looked at first. ``names``: of reviewers, where there may be several.

    Findings of several reviewers on the same places are one line.
    """
    alike: dict[tuple[RuleId, tuple[Spot, ...]], list[Finding]] = {}
    for one in found:
        alike.setdefault((one.rule, one.spots), []).append(one)
    said = [
        Line(
            str(_WORDS[rule]),
            some[0].severity is Severity.MUST_LOOK,
            ", ".join(name for one in some if (name := (names or {}).get(one.by, ""))),
            tuple(_place(spot, rule, review) for spot in spots[:AT_FIRST]),
            _more(len(spots) - AT_FIRST),
        )
        for (rule, spots), some in alike.items()
    ]
    return sorted(said, key=lambda line: not line.must_look)


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count}


_TO_THE_TEAM = {RuleId.QUESTION_OPEN, RuleId.ANSWERED_LATER}


def _place(spot: Spot, rule: RuleId, review: Review) -> Place:
    here = reverse("reviews:review", args=[review.uid])
    if spot.promise:
        return Place(gettext("Condition"), reverse("reviews:condition", args=[spot.promise]))
    if spot.item:
        words = f"{spot.item} ({spot.file})" if spot.file else spot.item
        return Place(words, f"{here}#{item_anchor(spot.item)}")
    if spot.answer:
        return Place(gettext("Answer"), f"{here}#{answer_anchor(*spot.answer)}")
    if rule in _TO_THE_TEAM:
        questions = reverse("reviews:use_case_questions", args=[review.use_case.reference])
        return Place(gettext("Questions to the team"), questions)
    return Place(gettext("Review desk"), here)
