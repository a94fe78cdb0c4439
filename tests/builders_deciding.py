"""Cases on their way to a decision, and the people around them."""

from dataclasses import dataclass
from datetime import date, timedelta

from reviews.domain.decisions import ConditionDraft, ScenarioDecision
from reviews.domain.enums import (
    CoAuthorRight,
    Outcome,
    Recommendation,
    ReviewKind,
    Role,
    State,
)
from reviews.models import (
    CoAuthor,
    IntendedUse,
    Review,
    ReviewAssignment,
    Standard,
    Submission,
    Team,
    UseCase,
    User,
)
from tests.builders import NOW, TODAY, team, use_case, user


@dataclass(frozen=True)
class Office:
    """One team with its requester, and an office with enough people for an appeal."""

    team: Team
    requester: User
    reviewer: User
    reviewer2: User
    lead: User
    lead2: User
    lead3: User


def office(prefix: str = "") -> Office:
    """Everybody that a sensitive case with an appeal needs. The groups must exist."""
    requester = user(f"{prefix}requester", Role.REQUESTER)
    return Office(
        team=team("", requester),
        requester=requester,
        reviewer=user(f"{prefix}reviewer", Role.REVIEWER),
        reviewer2=user(f"{prefix}reviewer2", Role.REVIEWER),
        lead=user(f"{prefix}lead", Role.LEAD),
        lead2=user(f"{prefix}lead2", Role.LEAD),
        lead3=user(f"{prefix}lead3", Role.LEAD),
    )


def co_author(case: UseCase, person: User, right: CoAuthorRight) -> User:
    CoAuthor.objects.create(
        use_case=case, user=person, right=right, added_by=case.created_by, added_at=NOW
    )
    return person


def standard() -> Standard:
    row, _ = Standard.objects.get_or_create(
        slug="test-standard",
        defaults={
            "name": "Standard",
            "digest": "0" * 64,
            "framework": "TEST",
            "version": "1",
            "published_on": TODAY,
        },
    )
    return row


def awaiting_decision(
    people: Office, *, sensitive: bool = False, scenarios: int = 1, state: State | None = None
) -> UseCase:
    """Filed, reviewed and signed off: a lead has to decide (or whatever ``state`` says)."""
    case = use_case(
        people.team,
        by=people.requester,
        state=state or State.AWAITING_DECISION,
        is_sensitive=sensitive,
        submitted_on=TODAY,
    )
    submission = Submission.objects.create(
        use_case=case,
        number=1,
        answers={},
        gate={},
        digest="0" * 64,
        statement_by=people.requester,
        submitted_at=NOW,
        submitted_on=TODAY,
    )
    for number in range(1, scenarios + 1):
        scenario(case, f"Scenario {number}", number)
    review = open_review(case, submission, sensitive=sensitive)
    sign_off(review, people.reviewer)
    if sensitive:
        sign_off(review, people.reviewer2)
    return case


def scenario(case: UseCase, name: str, position: int) -> IntendedUse:
    return IntendedUse.objects.create(
        use_case=case, key=f"scenario:{position:032x}", name=name, position=position
    )


def open_review(
    case: UseCase,
    submission: Submission,
    *,
    sensitive: bool = False,
    kind: ReviewKind = ReviewKind.INITIAL,
) -> Review:
    return Review.objects.create(
        use_case=case,
        number=case.reviews.count() + 1,
        kind=kind,
        submission=submission,
        standard=standard(),
        is_sensitive=sensitive,
        opened_at=NOW,
        opened_on=TODAY,
    )


def sign_off(
    review: Review,
    reviewer: User,
    recommendation: Recommendation = Recommendation.APPROVE_WITH_CONDITIONS,
) -> ReviewAssignment:
    return ReviewAssignment.objects.create(
        review=review,
        reviewer=reviewer,
        assigned_by=reviewer,
        assigned_at=NOW,
        signed_off_at=NOW,
        recommendation=recommendation,
        recommendation_reasons=f"{reviewer} looked at everything.",
    )


def recused(review: Review, reviewer: User) -> ReviewAssignment:
    return ReviewAssignment.objects.create(
        review=review,
        reviewer=reviewer,
        assigned_by=reviewer,
        assigned_at=NOW,
        recused_at=NOW,
        recused_reason="A friend is on the team.",
    )


def condition_draft(owner: User, verifier: User, **fields: object) -> ConditionDraft[User]:
    given = {
        "text": "Two people confirm each match.",
        "proof_wanted": "The rota of four weeks.",
        "due_on": TODAY + timedelta(days=30),
        **fields,
    }
    return ConditionDraft(owner=owner, verifier=verifier, **given)


def decisions(
    case: UseCase,
    outcome: Outcome = Outcome.APPROVED,
    conditions: tuple[ConditionDraft[User], ...] = (),
) -> list[ScenarioDecision[IntendedUse, User]]:
    """The same outcome for every scenario of the case."""
    return [
        ScenarioDecision(use, outcome, "It helps, and the harm is contained.", conditions)
        for use in case.intended_uses.filter(dropped_at__isnull=True)
    ]


def later(days: int) -> date:
    return TODAY + timedelta(days=days)
