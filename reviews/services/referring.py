"""Refer a hard case to the panel, give advice, close the referral."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import Action, AuditKind
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.models import Referral, ReferralMember, Review, UseCase, User
from reviews.permissions.deciding import can_advise, can_close_referral, can_refer
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import stands_on_requesters_side
from reviews.services import audit
from reviews.services.transitions import advance, locked


@transaction.atomic
def refer(
    use_case: UseCase,
    *,
    question: str,
    members: Sequence[User],
    by: User,
    at: datetime,
    on: date,
) -> Referral:
    """Ask panel members a question; an open appeal stays open meanwhile."""
    use_case = locked(use_case)
    require(can_refer(by, use_case))
    if not question.strip():
        raise Incomplete(gettext("Write what the panel is asked."), ("question",))
    if not members:
        raise Incomplete(gettext("Choose at least one panel member."), ("members",))
    for person in members:
        _check_member(person, use_case)
    review = Review.objects.filter(use_case=use_case, closed_at__isnull=True).first()
    if review is None:
        raise StateConflict(gettext("There is no open review to refer. Open the use case again."))

    referral = Referral.objects.create(
        use_case=use_case,
        review=review,
        question=question.strip(),
        referred_by=by,
        referred_at=at,
    )
    ReferralMember.objects.bulk_create(
        ReferralMember(referral=referral, user=person) for person in dict.fromkeys(members)
    )
    came_from = advance(use_case, Action.REFER, at=at)

    audit.record(
        AuditKind.CASE_REFERRED,
        subject=referral,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        members=[person.uid for person in dict.fromkeys(members)],
        came_from=came_from,
        now=use_case.current_state,
    )
    return referral


@transaction.atomic
def advise(
    member: ReferralMember,
    *,
    advice: str,
    attended: bool,
    dissent: str = "",
    by: User,
    at: datetime,
    on: date,
) -> ReferralMember:
    """Put one member's advice on record. It may be changed until the referral is closed.

    ``dissent`` says where the member disagrees with the panel; empty means no dissent.
    """
    use_case = locked(member.referral.use_case)
    member = ReferralMember.objects.select_related("referral").get(pk=member.pk)
    require(can_advise(by, member))
    if not advice.strip():
        raise Incomplete(gettext("Write your advice."), ("advice",))

    member.advice = advice.strip()
    member.attended = attended
    member.dissent = dissent.strip()
    member.dissents = bool(member.dissent)
    member.given_at = at
    member.save(update_fields=["advice", "attended", "dissent", "dissents", "given_at"])

    audit.record(
        AuditKind.ADVICE_GIVEN,
        subject=member,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        referral=member.referral.uid,
        attended=attended,
        dissents=member.dissents,
    )
    return member


@transaction.atomic
def close(referral: Referral, *, summary: str, by: User, at: datetime, on: date) -> Referral:
    """Sum up the advice; the case waits for its decision again. Who did not answer stays listed."""
    use_case = locked(referral.use_case)
    require(can_close_referral(by, use_case))
    referral = Referral.objects.get(pk=referral.pk)
    if referral.closed_at is not None:
        raise StateConflict(gettext("This referral is closed already."))
    if not summary.strip():
        raise Incomplete(
            gettext("Sum up the panel's advice; the decision will rest on it."), ("summary",)
        )

    referral.summary = summary.strip()
    referral.closed_by, referral.closed_at = by, at
    referral.save(update_fields=["summary", "closed_by", "closed_at"])
    came_from = advance(use_case, Action.CLOSE_REFERRAL, at=at)

    audit.record(
        AuditKind.REFERRAL_CLOSED,
        subject=referral,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        advised=referral.members.filter(given_at__isnull=False).count(),
        dissents=referral.members.filter(dissents=True).count(),
        came_from=came_from,
        now=use_case.current_state,
    )
    return referral


def _check_member(person: User, use_case: UseCase) -> None:
    if not person.is_active or not person.has_perm("reviews.advise_usecase"):
        raise BadInput(
            gettext("%(person)s is not on the panel. Choose somebody else.") % {"person": person}
        )
    if stands_on_requesters_side(person, use_case):
        raise BadInput(
            gettext("%(person)s is on the team of this use case. Choose somebody else.")
            % {"person": person}
        )
