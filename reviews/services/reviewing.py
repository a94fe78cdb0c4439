"""Judge the items of a review, and sign it off."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import Action, AuditKind, Recommendation, VerdictValue
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.models import ChecklistItem, Evidence, Review, ReviewAssignment, UseCase, User, Verdict
from reviews.permissions.reviewing import assignment_of, can_judge, can_sign_off
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.transitions import advance, locked
from reviews.services.verdict_rows import Judgement, checked, write, write_first

MOST_NAMED = 12
"""Items that a message names; the rest is counted. ``Incomplete.missing`` holds them all."""

_MISSED = (VerdictValue.NOT_MET, VerdictValue.PARTLY)


@transaction.atomic
def save_verdict(
    item: ChecklistItem,
    *,
    value: str,
    note: str = "",
    gap_plan: str = "",
    evidence: Collection[Evidence] = (),
    version: int,
    by: User,
    at: datetime,
    on: date,
) -> Verdict:
    """Keep a verdict while its reviewer works; ``version`` is the one seen, 0 for none yet.

    The same words again make no new version. A verdict that stood when a lead sent the review
    back stays as it was signed: the change is a new row. Raises ``StaleVersion`` with both texts
    when another tab saved in between, ``Incomplete`` for "does not apply" without a reason,
    ``BadInput``, ``NotPermitted`` or ``StateConflict``; then nothing was written.
    """
    use_case = locked(item.review.use_case)
    review = _fresh(item.review)
    require(can_judge(by, review))
    assignment = _assignment(by, review)
    if assignment.signed_off_at is not None:
        raise StateConflict(
            gettext(
                "You have signed this review off. Change the verdict on its own page; the change"
                " gets a date of its own."
            )
        )
    said = checked(value, note, gap_plan, evidence, use_case)
    verdict, before = write(item, assignment, said, version=version, at=at)

    if before != said:
        _record(AuditKind.VERDICT_SAVED, verdict, before, by=by, at=at, on=on, use_case=use_case)
    return verdict


@transaction.atomic
def change_verdict(
    item: ChecklistItem,
    *,
    value: str,
    note: str = "",
    gap_plan: str = "",
    evidence: Collection[Evidence] = (),
    version: int,
    by: User,
    at: datetime,
    on: date,
) -> Verdict:
    """After the sign-off, until the decision: a new, dated verdict; the signed one stays.

    A value is needed here, and a note that says what changed the reviewer's mind.
    """
    use_case = locked(item.review.use_case)
    review = _fresh(item.review)
    require(can_judge(by, review))
    assignment = _assignment(by, review)
    if assignment.signed_off_at is None:
        raise StateConflict(gettext("You have not signed off yet: change the verdict on the desk."))
    if not value or not note.strip():
        raise Incomplete(
            gettext("Choose a verdict and say what changed your mind."), ("value", "note")
        )
    said = checked(value, note, gap_plan, evidence, use_case)
    verdict, before = write(item, assignment, said, version=version, at=at)

    if before != said:
        _record(AuditKind.VERDICT_CHANGED, verdict, before, by=by, at=at, on=on, use_case=use_case)
    return verdict


@transaction.atomic
def confirm_verdicts(
    review: Review,
    *,
    judgements: Sequence[tuple[ChecklistItem, Judgement]],
    by: User,
    at: datetime,
    on: date,
) -> int:
    """Take over the verdicts of an earlier round that its reviewer has looked at again.

    Items that hold a verdict already are left alone. Returns how many were written.
    """
    use_case = locked(review.use_case)
    review = _fresh(review)
    require(can_judge(by, review))
    assignment = _assignment(by, review)
    if assignment.signed_off_at is not None:
        raise StateConflict(
            gettext("You have signed this review off. There is nothing left to take over.")
        )
    judged = set(
        Verdict.objects.filter(assignment=assignment, is_current=True).values_list(
            "item", flat=True
        )
    )
    taken = [(item, said) for item, said in judgements if item.pk not in judged]
    for item, _ in taken:
        if item.review_id != review.pk:
            raise BadInput(gettext("%(code)s belongs to another review.") % {"code": item.code})
    write_first(taken, assignment, at=at)

    if taken:
        audit.record(
            AuditKind.VERDICT_SAVED,
            subject=assignment,
            by=by,
            at=at,
            on=on,
            use_case=use_case,
            carried_over={item.code: said.value for item, said in taken},
        )
    return len(taken)


@transaction.atomic
def sign_off(
    review: Review, *, recommendation: str, reasons: str, by: User, at: datetime, on: date
) -> ReviewAssignment:
    """Finish one's part of the review; with the last one the case waits for a lead.

    Raises ``Incomplete`` (``missing`` names the items, in reading order) while a required item is
    open, or a missed one has neither a gap plan nor a recommendation that lets a condition follow.
    """
    use_case = locked(review.use_case)
    review = _fresh(review)
    require(can_sign_off(by, review))
    assignment = _assignment(by, review)
    if recommendation not in Recommendation.values:
        raise Incomplete(gettext("Choose what you recommend to the lead."), ("recommendation",))
    if not reasons.strip():
        raise Incomplete(gettext("Give the lead your reasons in a few sentences."), ("reasons",))
    _check_complete(review, assignment, Recommendation(recommendation))

    assignment.signed_off_at = at
    assignment.recommendation = recommendation
    assignment.recommendation_reasons = reasons.strip()
    assignment.save(update_fields=["signed_off_at", "recommendation", "recommendation_reasons"])
    signed = review.assignments.filter(signed_off_at__isnull=False).count()
    complete = signed >= review.reviewers_needed
    if complete:
        advance(use_case, Action.COMPLETE_REVIEW, at=at)

    audit.record(
        AuditKind.REVIEW_SIGNED_OFF,
        subject=assignment,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        round=review.number,
        recommendation=recommendation,
        signed=signed,
        needed=review.reviewers_needed,
        now=use_case.current_state,
    )
    return assignment


def open_items(review: Review, assignment: ReviewAssignment) -> list[ChecklistItem]:
    """Required items on which this reviewer gave no verdict yet, in reading order. One query."""
    judged = Verdict.objects.filter(assignment=assignment, is_current=True).exclude(value="")
    return list(
        ChecklistItem.objects.filter(review=review, is_required_now=True)
        .exclude(pk__in=judged.values("item"))
        .select_related("requirement", "probe")
    )


def _check_complete(
    review: Review, assignment: ReviewAssignment, recommendation: Recommendation
) -> None:
    open_ = [item.code for item in open_items(review, assignment)]
    if open_:
        raise Incomplete(
            gettext("These required items are still open: %(named)s.") % {"named": _named(open_)},
            tuple(open_),
        )
    if recommendation is not Recommendation.APPROVE:
        return
    bare = Verdict.objects.filter(
        assignment=assignment, is_current=True, value__in=_MISSED, gap_plan=""
    )
    codes = [
        verdict.item.code
        for verdict in bare.select_related("item__requirement", "item__probe").order_by(
            "item__position"
        )
    ]
    if codes:
        raise Incomplete(
            gettext(
                "Not fully met, and without a gap plan: %(named)s. Write how and by when each"
                " gap is closed, or recommend approval with conditions."
            )
            % {"named": _named(codes)},
            tuple(codes),
        )


def _named(codes: Sequence[str]) -> str:
    more = len(codes) - MOST_NAMED
    words = ", ".join(codes[:MOST_NAMED])
    return f"{words} and {more} more" if more > 0 else words


def _assignment(by: User, review: Review) -> ReviewAssignment:
    found = assignment_of(by, review)
    if found is None:  # require() has asked already
        raise StateConflict(gettext("You are no longer assigned to this review."))
    return found


def _fresh(review: Review) -> Review:
    """The round as it is now that the use case is locked."""
    return Review.objects.select_related("use_case").get(pk=review.pk)


def _record(
    kind: AuditKind,
    verdict: Verdict,
    before: Judgement | None,
    *,
    by: User,
    at: datetime,
    on: date,
    use_case: UseCase,
) -> None:
    audit.record(
        kind,
        subject=verdict,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        round=verdict.item.review.number,
        item=verdict.item.code,
        was=before.value if before else "",
        value=verdict.value,
        version=verdict.version,
    )
