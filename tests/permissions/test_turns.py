"""Whose turn it is: list and badge agree with the rulings, for everybody and every situation."""

import itertools

import pytest

from reviews.domain.enums import (
    CoAuthorRight,
    ConditionState,
    DeploymentStatus,
    Party,
    Role,
    State,
)
from reviews.domain.turns import Turn
from reviews.models import (
    AccessApplication,
    Condition,
    Extension,
    Outsider,
    PolicyException,
    Referral,
    ReferralMember,
    Review,
    UseCase,
    User,
    Verdict,
)
from reviews.permissions import access as access_rules
from reviews.permissions import deciding as deciding_rules
from reviews.permissions import reviewing as reviewing_rules
from reviews.permissions import use_cases as case_rules
from reviews.permissions.backend import RoleBackend
from reviews.selectors import conditions, waiting
from reviews.selectors.sunset import hygiene
from reviews.services import questions
from reviews.services.appealing import appeal
from reviews.services.deciding import countersign, record_decision
from tests.builders import NOW, TODAY, user
from tests.builders_access import (
    asked_exception,
    decided_case,
    deployment,
    filed,
    managed,
)
from tests.builders_deciding import co_author, decisions, office
from tests.builders_mailing import deadline
from tests.builders_reviewing import (
    WHEN,
    assigned,
    in_review,
    signed,
)
from tests.builders_sunset import contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(roles, catalogue):
    return office()


def listed(person) -> list[tuple[Turn, int]]:
    """The whole list, page by page, in small pages so that the paging is walked, too."""
    found, cursor = [], ""
    while True:
        page = waiting.page(person, on=TODAY, cursor=cursor, size=3)
        found += page.rows
        if not page.next:
            assert found == sorted(found, key=lambda one: (one.place_at, one.turn, one.key))
            return [(one.turn, one.key) for one in found]
        cursor = page.next


def expected(person: User) -> set[tuple[Turn, int]]:
    """By the rulings, one row at a time."""
    found = set()
    for case in UseCase.objects.all():
        if case_rules.can_view(person, case):
            found |= of_case(person, case)
    for review in Review.objects.filter(closed_at=None).select_related("use_case"):
        if turn := of_round(person, review):
            found.add((turn, review.pk))
    requests = [
        (Turn.VET, AccessApplication, access_rules.can_decide_application),
        (Turn.GRANT_EXCEPTION, PolicyException, access_rules.can_grant_exception),
        (Turn.COUNTERSIGN_EXCEPTION, PolicyException, access_rules.can_countersign_exception),
        (Turn.GRANT_EXTENSION, Extension, access_rules.can_decide_extension),
    ]
    for turn, model, may in requests:
        found |= {(turn, row.pk) for row in model.objects.all() if may(person, row)}
    found |= {(Turn.KEEP, row.pk) for row in conditions.to_prove(person)}
    found |= {(Turn.VERIFY, row.pk) for row in conditions.to_verify(person)}
    if person.has_perm("reviews.own_sunset"):
        found |= {(Turn.MEND_CONTACT, row.pk) for row in hygiene.to_mend(person, limit=1000)}
    return found


def of_case(person: User, case: UseCase) -> set[tuple[Turn, int]]:
    found = set()
    if case.state == State.NEEDS_INFORMATION and case_rules.can_answer_questions(person, case):
        found.add((Turn.ANSWER, case.pk))
    for referral in case.referrals.filter(closed_at=None, use_case__state=State.REFERRED):
        seat = referral.members.filter(user=person, given_at=None).first()
        if seat and deciding_rules.can_advise(person, seat):
            found.add((Turn.ADVISE, referral.pk))
        pending = referral.members.filter(given_at=None).exists()
        if not pending and deciding_rules.can_close_referral(person, case):
            found.add((Turn.CLOSE_REFERRAL, referral.pk))
    return found


def of_round(person: User, review: Review) -> Turn | None:
    case = review.use_case
    if not case_rules.can_view(person, case):
        return None
    seats = review.assignments.filter(recused_at=None)
    if reviewing_rules.takes_reviewers(review):
        mine = seats.filter(reviewer=person, signed_off_at=None)
        on_side = case_rules.stands_on_requesters_side(person, case)
        if mine.exists() and case.state == State.IN_REVIEW and not on_side:
            return Turn.REVIEW
        lacking = seats.count() < review.reviewers_needed
        return Turn.ASSIGN if lacking and reviewing_rules.can_assign(person, review) else None
    if deciding_rules.can_decide(person, case):
        return Turn.DECIDE_APPEAL if case.state == State.UNDER_APPEAL else Turn.DECIDE
    if deciding_rules.can_countersign(person, case):
        return Turn.COUNTERSIGN
    return Turn.RECONCILE if differs(person, review) else None


def differs(person: User, review: Review) -> bool:
    """In a sensitive round that waits for a decision, where this reviewer has not spoken since."""
    if review.use_case.state != State.AWAITING_DECISION or not review.is_sensitive:
        return False
    seats = list(review.assignments.filter(recused_at=None, signed_off_at__isnull=False))
    mine = [one for one in seats if one.reviewer_id == person.pk]
    if not mine or case_rules.stands_on_requesters_side(person, review.use_case):
        return False
    since = max(one.signed_off_at for one in seats)
    said = {
        (row.item_id, row.assignment_id): row
        for row in Verdict.objects.filter(assignment__in=seats, is_current=True).exclude(value="")
    }
    return any(
        one.value != other.value and one.saved_at <= since
        for (item, seat), one in said.items()
        for (other_item, other_seat), other in said.items()
        if item == other_item and seat == mine[0].pk and other_seat != seat
    )


def seed(people) -> list[User]:
    """Every situation in which something waits for somebody; the people around it."""
    review = in_review(people, title="unassigned")
    co_author(review.use_case, user("watcher"), CoAuthorRight.VIEW)
    half = in_review(people, title="half assigned", sensitive=True)
    assigned(half, people.reviewer, people)
    assigned(in_review(people, title="at work"), people.reviewer, people)
    asked = in_review(people, title="asked")
    assigned(asked, people.reviewer, people)
    questions.ask(asked, text="Which data?", by=people.reviewer, **WHEN)
    co_author(asked.use_case, user("commenter"), CoAuthorRight.COMMENT)
    co_author(asked.use_case, user("reader"), CoAuthorRight.VIEW)
    done = in_review(people, title="signed")
    assigned(done, people.reviewer, people)
    signed(done, people.reviewer)
    co_author(done.use_case, user("leading co-author", Role.LEAD), CoAuthorRight.VIEW)
    Outsider.objects.create(
        use_case=done.use_case,
        user=user("outside lead"),
        party=Party.LEAD,
        reason="Nobody is free.",
        named_by=people.lead,
        named_at=NOW,
    )
    for title, agreed in (("proposed", None), ("refused", False), ("appealed", True)):
        both = in_review(people, title=title, sensitive=True)
        for reviewer in (people.reviewer, people.reviewer2):
            assigned(both, reviewer, people)
            signed(both, reviewer)
        case = both.use_case
        made = record_decision(case, scenarios=decisions(case), by=people.lead, **WHEN)
        if agreed is not None:
            countersign(made, agreed=agreed, reason="No.", by=people.lead2, **WHEN)
        if agreed:
            appeal(case, grounds="We see it otherwise.", by=people.requester, **WHEN)
    unlike = in_review(people, title="unlike", sensitive=True)
    for reviewer, value in ((people.reviewer, "met"), (people.reviewer2, "partly_met")):
        assigned(unlike, reviewer, people)
        signed(unlike, reviewer)
        Verdict.objects.filter(assignment__review=unlike, assignment__reviewer=reviewer).update(
            value=value
        )
    panel, silent = user("panel", Role.PANEL), user("panel2", Role.PANEL)
    for title, given in (("referred", None), ("advised", NOW)):
        case = in_review(people, title=title).use_case
        UseCase.objects.filter(pk=case.pk).update(state=State.REFERRED)
        referral = Referral.objects.create(
            use_case=case,
            review=case.reviews.get(),
            question="May they?",
            referred_by=people.lead,
            referred_at=NOW,
        )
        for member, at in ((panel, given), (silent, NOW)):
            ReferralMember.objects.create(referral=referral, user=member, given_at=at)
    for state in (State.DRAFT, State.REFUSED, State.WITHDRAWN):
        UseCase.objects.filter(pk=in_review(people).use_case_id).update(state=state)
    keeper = user("keeper", Role.SUNSET_OWNER)
    return [
        *vars(people).values(),
        panel,
        silent,
        keeper,
        user("auditor", Role.AUDITOR),
        user("admin", Role.ADMIN),
        user("everything", *Role),
        *User.objects.filter(username__in=["watcher", "commenter", "reader", "outside lead"]),
        User.objects.get(username="leading co-author"),
    ]


def seed_promises_and_requests(people) -> None:
    """Conditions, applications, exceptions, extensions and contacts."""
    case = decided_case(people)
    for state in (ConditionState.OPEN, ConditionState.PROOF_GIVEN, ConditionState.MET):
        Condition.objects.create(
            decision=case.intended_uses.first().decisions.first(),
            text=f"Promise {state}",
            proof_wanted="A report",
            owner=people.requester,
            verifier=people.reviewer,
            due_on=TODAY,
            state=state,
        )
    filed(people.team, people.requester)
    asked_exception(people, case)
    half = asked_exception(people, decided_case(people))
    PolicyException.objects.filter(pk=half.pk).update(
        state="awaiting_countersignature", granted_by=people.lead3, granted_at=NOW
    )
    keeper = User.objects.get(username="keeper")
    for asker in (keeper, people.lead, people.requester):
        row = deployment(managed(owner=keeper))
        Extension.objects.create(
            deployment=row, until=TODAY, reason="Late.", asked_by=asker, asked_at=NOW
        )
    for n, status in itertools.product(range(6), (DeploymentStatus.NOTIFIED, "discontinued")):
        row = deployment(managed(owner=keeper), status=status)
        deadline(row)
        if n:
            contact(
                row.customer,
                confirmed_at=NOW if n > 2 else None,
                bounced_at=NOW if n == 4 else None,
                departed_at=NOW if n == 5 else None,
            )


def everybody(people) -> list[User]:
    found = [one for one in seed(people) if isinstance(one, User)]
    seed_promises_and_requests(people)
    return found


def test_the_list_is_what_the_rulings_say(people):
    """For everybody and every row; the badge, the list and its paging hold the same things."""
    persons = everybody(people)
    met = set()

    for person in persons:
        found = listed(person)
        assert len(found) == len(set(found)), person
        assert set(found) == expected(person), person
        assert waiting.count(person) == len(found), person
        assert RoleBackend().get_user(person.pk).waiting_count == len(found), person
        for turn in Turn:
            of_kind = [one for one in found if one[0] is turn]
            assert waiting.count_of(person, turn) == len(of_kind)
        met |= {turn for turn, _ in found}

    assert met == set(Turn), "a situation that is not seeded proves nothing"


def test_the_next_case_is_the_first_of_the_list_but_for_the_one_just_left(people):
    persons = everybody(people)
    left = UseCase.objects.get(title="at work").pk

    for person in persons:
        rows = waiting.page(person, on=TODAY, size=1000).rows
        others = [one for one in rows if one.turn in ON_ROUNDS and one.case != left]
        found = waiting.following(person, after=left)
        assert (found and (found.turn, found.key)) == (
            (others[0].turn, others[0].key) if others else None
        ), person


ON_ROUNDS = [
    Turn.REVIEW,
    Turn.RECONCILE,
    Turn.ASSIGN,
    Turn.ADVISE,
    Turn.CLOSE_REFERRAL,
    Turn.DECIDE,
    Turn.DECIDE_APPEAL,
    Turn.COUNTERSIGN,
]


def test_a_superuser_is_asked_like_a_lead(people):
    in_review(people)
    boss = user("boss")
    User.objects.filter(pk=boss.pk).update(is_superuser=True)
    boss.refresh_from_db()

    assert listed(boss) == [(Turn.ASSIGN, Review.objects.get().pk)]


def test_pages_lead_back_to_where_they_came_from(people):
    for _ in range(7):
        in_review(people)

    first = waiting.page(people.lead, on=TODAY, size=3)
    second = waiting.page(people.lead, on=TODAY, size=3, cursor=first.next)
    third = waiting.page(people.lead, on=TODAY, size=3, cursor=second.next)

    assert [len(one.rows) for one in (first, second, third)] == [3, 3, 1]
    assert (first.previous, third.next) == ("", "")
    assert waiting.page(people.lead, on=TODAY, size=3, cursor=third.previous) == second
    assert waiting.page(people.lead, on=TODAY, size=3, cursor=second.previous).rows == first.rows
