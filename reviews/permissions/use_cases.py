"""Who may do what with a use case, and in which capacity they act."""

from reviews.domain.enums import Action, CoAuthorRight, Origin, Party, State
from reviews.domain.errors import TransitionNotAllowed
from reviews.domain.workflow import TRANSITIONS
from reviews.models import (
    Appeal,
    CoAuthor,
    Countersignature,
    DecisionRound,
    Evidence,
    Membership,
    Outsider,
    ReferralMember,
    ReviewAssignment,
    UseCase,
    User,
)
from reviews.permissions.rulings import YES, Ruling, no


def is_requester(user: User, use_case: UseCase) -> bool:
    """Member of the team, or co-author with the right to edit."""
    return (
        Membership.objects.filter(user=user, team_id=use_case.team_id).exists()
        or CoAuthor.objects.filter(user=user, use_case=use_case, right=CoAuthorRight.EDIT).exists()
    )


def stands_on_requesters_side(user: User, use_case: UseCase) -> bool:
    """Requester in the wide sense of the people rules: the team and every co-author."""
    return (
        Membership.objects.filter(user=user, team_id=use_case.team_id).exists()
        or CoAuthor.objects.filter(user=user, use_case=use_case).exists()
    )


def is_reviewer(user: User, use_case: UseCase) -> bool:
    """Assigned to any round of this case and not recused from it."""
    return ReviewAssignment.objects.filter(
        reviewer=user, review__use_case=use_case, recused_at__isnull=True
    ).exists()


def named_as(user: User, use_case: UseCase) -> Party | None:
    """In which capacity the office brought this person in for this one case, if it did."""
    named = Outsider.objects.filter(user=user, use_case=use_case).first()
    return Party(named.party) if named else None


def may_lead(user: User, use_case: UseCase) -> bool:
    """A lead, or who was brought in as the lead of this case. The people rules come on top."""
    return user.has_perm("reviews.decide_usecase") or named_as(user, use_case) is Party.LEAD


def may_sign(user: User, use_case: UseCase) -> bool:
    """A lead, or who was brought in as the second lead of this case."""
    return user.has_perm("reviews.decide_usecase") or named_as(user, use_case) is Party.SECOND_LEAD


def can_view(user: User, use_case: UseCase) -> Ruling:
    """The pair of ``UseCaseQuerySet.visible_to``."""
    if user.has_perm("reviews.read_every_usecase"):
        return YES
    if stands_on_requesters_side(user, use_case):
        return YES
    filed = use_case.state != State.DRAFT or use_case.origin == Origin.IMPORTED
    if filed and (user.has_perm("reviews.review_usecase") or named_as(user, use_case)):
        return YES
    if (
        user.has_perm("reviews.advise_usecase")
        and ReferralMember.objects.filter(user=user, referral__use_case=use_case).exists()
    ):
        return YES
    return no("You cannot see this use case.")


def can_edit(user: User, use_case: UseCase) -> Ruling:
    """Change the working answers, scenarios and evidence."""
    if not is_requester(user, use_case):
        return no("Only the team and co-authors with the right to edit can change the answers.")
    if not State(use_case.state).is_editable:
        return no(
            f"This use case is “{State(use_case.state).label}”; its answers can be read and"
            " exported, not changed.",
            TransitionNotAllowed,
        )
    return YES


def can_manage_co_authors(user: User, use_case: UseCase) -> Ruling:
    if Membership.objects.filter(user=user, team_id=use_case.team_id).exists():
        return YES
    return no("Only members of the team can add or remove co-authors.")


def can_answer_questions(user: User, use_case: UseCase) -> Ruling:
    """Members, and co-authors with the right to comment or edit."""
    may = (
        Membership.objects.filter(user=user, team_id=use_case.team_id).exists()
        or CoAuthor.objects.filter(
            user=user,
            use_case=use_case,
            right__in=[CoAuthorRight.COMMENT, CoAuthorRight.EDIT],
        ).exists()
    )
    return YES if may else no("Only the team and its co-authors can answer questions.")


def can_download(user: User, evidence: Evidence) -> Ruling:
    return can_view(user, evidence.use_case)


def parties_of(user: User, use_case: UseCase) -> frozenset[Party]:
    """Every capacity in which this person may act on this case.

    The people rules of the design: requester (co-authors included), reviewer, deciding lead and
    countersigner are different people on one case, and stay so over all its rounds. The lead of an
    appeal is neither of the two who decided; the earlier countersigner may countersign again.
    """
    if stands_on_requesters_side(user, use_case):
        return frozenset({Party.REQUESTER} if is_requester(user, use_case) else ())
    if has_filed(user, use_case):
        return frozenset()
    recusals = list(
        ReviewAssignment.objects.filter(reviewer=user, review__use_case=use_case).values_list(
            "recused_at", flat=True
        )
    )
    if None in recusals:
        return frozenset({Party.REVIEWER})
    parties = set()
    # Who stepped back as a reviewer is too close to decide, too.
    if not recusals:
        parties = _as_lead(user, use_case)
    if ReferralMember.objects.filter(
        user=user, referral__use_case=use_case, referral__closed_at__isnull=True
    ).exists():
        parties.add(Party.PANEL)
    return frozenset(parties)


def _as_lead(user: User, use_case: UseCase) -> set[Party]:
    """In the eyes of the people rules, of one who is no requester and no reviewer of the case."""
    found = set()
    role = user.has_perm("reviews.decide_usecase")
    named = None if role else named_as(user, use_case)
    if role or named is Party.LEAD:
        barred = deciders_appealed(use_case)
        if user.pk not in barred and not has_countersigned(user, use_case):
            found.add(Party.LEAD)
    may_sign_here = role or named is Party.SECOND_LEAD
    if may_sign_here and has_been_decided(use_case) and not has_decided(user, use_case):
        found.add(Party.SECOND_LEAD)
    return found


def has_filed(user: User, use_case: UseCase) -> bool:
    """Made the statement of truth of any submission, on the team still or not."""
    return use_case.submissions.filter(statement_by=user).exists()


def has_been_decided(use_case: UseCase) -> bool:
    """Whether a lead recorded a decision, in force or not."""
    return DecisionRound.objects.filter(use_case=use_case).exists()


def has_decided(user: User, use_case: UseCase) -> bool:
    """Was the deciding lead of any round of this case."""
    return DecisionRound.objects.filter(use_case=use_case, decided_by=user).exists()


def has_countersigned(user: User, use_case: UseCase) -> bool:
    """Agreed or refused as the second lead of any round of this case."""
    return Countersignature.objects.filter(decision_round__use_case=use_case, by=user).exists()


def deciders_appealed(use_case: UseCase) -> frozenset[int]:
    """Keys of the two who decided what an open appeal is against.

    An appeal is open until its round of review is closed: by the decision, or by a withdrawal.
    """
    appeal = (
        Appeal.objects.filter(use_case=use_case, review__closed_at__isnull=True)
        .select_related("against__countersignature")
        .first()
    )
    if appeal is None:
        return frozenset()
    signature = getattr(appeal.against, "countersignature", None)
    return frozenset({appeal.against.decided_by_id, *([signature.by_id] if signature else [])})


def can_act(user: User, use_case: UseCase, action: Action) -> Ruling:
    """Authority first, state last: a stranger learns nothing about the state."""
    wanted = frozenset().union(*(a.parties for (_, act), a in TRANSITIONS.items() if act == action))
    mine = parties_of(user, use_case)
    if not mine & wanted:
        return no(f"You cannot {action.label} this use case: {_who(wanted)} can.")
    found = TRANSITIONS.get((State(use_case.state), action))
    if found is None or not mine & found.parties:
        return no(
            f"You cannot {action.label} a use case that is “{State(use_case.state).label}”.",
            TransitionNotAllowed,
        )
    return YES


def _who(parties: frozenset[Party]) -> str:
    people = [party for party in Party if party in parties and party is not Party.SYSTEM]
    return " or ".join(str(_WORDS[party]) for party in people)


_WORDS = {
    Party.REQUESTER: "the team that filed it",
    Party.REVIEWER: "an assigned reviewer",
    Party.LEAD: "a lead who is neither requester nor reviewer of the case",
    Party.SECOND_LEAD: "a lead other than the one who decided",
    Party.PANEL: "a panel member who was asked",
}
