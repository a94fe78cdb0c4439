"""“Things you forgot” in words: each finding as a sentence with the ways to where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.consistency_facts import Finding, RuleId, Severity, Spot
from reviews.models import Review, ReviewAssignment
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
    """For a reviewer who is about to sign off: about nobody else's verdicts. Three queries."""
    if mine is None or mine.signed_off_at is not None:
        return None
    zone = timezone.get_current_timezone()
    found = before_sign_off(review, mine, on=request.today, zone=zone, advice=advice)
    return lines(found, review)


def signed_lines(request: PortalRequest, found: ReviewSummary | None) -> list[Line] | None:
    """For a lead who is about to decide, on what all reviewers have signed. Three queries."""
    if found is None:
        return None
    zone = timezone.get_current_timezone()
    names = {str(one.assignment.pk): str(one.reviewer) for one in found.signed}
    return lines(
        before_decision(found.review, on=request.today, zone=zone), found.review, names=names
    )


def lines(
    found: Sequence[Finding], review: Review, *, names: Mapping[str, str] | None = None
) -> list[Line]:
    """What must be looked at first. ``names``: of reviewers, where there may be several."""
    said = [
        Line(
            str(_WORDS[one.rule]),
            one.severity is Severity.MUST_LOOK,
            (names or {}).get(one.by, ""),
            tuple(_place(spot, review) for spot in one.spots[:AT_FIRST] if _is_place(spot)),
            _more(len(one.spots) - AT_FIRST),
        )
        for one in found
    ]
    return sorted(said, key=lambda line: not line.must_look)


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count}


def _is_place(spot: Spot) -> bool:
    return bool(spot.item or spot.answer or spot.promise)


def _place(spot: Spot, review: Review) -> Place:
    here = reverse("reviews:review", args=[review.uid])
    if spot.promise:
        href = reverse("reviews:condition", args=[spot.promise])
        return Place(gettext("Condition"), href)
    if spot.item:
        words = f"{spot.item} ({spot.file})" if spot.file else spot.item
        return Place(words, f"{here}#{item_anchor(spot.item)}")
    page, field = spot.answer or ("", "")
    return Place(gettext("Answer"), f"{here}#{answer_anchor(page, field)}")
