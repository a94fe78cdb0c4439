"""Whether different people are left for every part of a case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import connection

from reviews.domain.enums import Party, State
from reviews.models import CoAuthor, Membership, Submission, UseCase, User

PeopleAround = Mapping[str, set[int]]
"""Keys of people by part or permission, see ``people_around``."""
BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__qualname__}"


@dataclass(frozen=True, slots=True)
class FreePeople:
    """Who could still take part in a case under the people rules.

    ``reviewers`` and ``leads`` count people; one who is both counts in both. ``enough`` says
    whether different people can fill every part that is still open, ``lacking`` for which there
    are too few. ``sentences`` say so in words.
    """

    reviewers: int
    leads: int
    enough: bool
    lacking: tuple[Party, ...]
    sentences: tuple[str, ...]


def free_people(
    use_case: UseCase, *, sensitive: bool | None = None, around: PeopleAround | None = None
) -> FreePeople:
    """Whether the office, with those it brought in, has enough people.

    One query; none where a page hands in the ``people_around`` that it read.

    ``sensitive``: ask before the submit whether a sensitive use could be staffed; left out, what
    the last submission set holds.
    """
    if sensitive is None:
        sensitive = use_case.is_sensitive
    people = people_around(use_case) if around is None else around
    side, decided, signed = people["side"], people["decided"], people["signed"]
    side = side | people["in conflict"]
    still = _reviewers_still_needed(use_case, sensitive, people)
    reviewers = people["review_usecase"] | people["named reviewer"]
    reviewers = reviewers - side - decided - signed - people["reviewing"]
    leads = people["decide_usecase"]
    barred = side | people["was assigned"]
    deciding = (leads | people["named lead"]) - barred - signed - people["appealed against"]
    signing = (leads | people["named second_lead"]) - barred - decided if sensitive else None
    enough = _can_staff(reviewers, still, deciding, signing)
    short = _short(still, reviewers, deciding, signing)
    return FreePeople(
        len(reviewers),
        len(deciding | (signing or set())),
        enough,
        () if enough else short or parts(sensitive),
        _sentences(sensitive, short, enough),
    )


def people_around(use_case: UseCase) -> PeopleAround:
    """Keys of people by the part they have or had in the case, or by the permission they hold.

    ``open round`` holds its key, if there is one. One query.
    """
    found: dict[str, set[int]] = {name: set() for name in _PARTS}
    given: dict[str, Any] = {
        "case": use_case.pk,
        "team": use_case.team_id,
        "codenames": list(_CODENAMES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, given)
        for part, key in cursor.fetchall():
            found[part].add(key)
    return found


_CODENAMES = ("review_usecase", "decide_usecase")
_PARTS = (
    "side",
    "in conflict",
    "decided",
    "signed",
    "was assigned",
    "open round",
    "reviewing",
    "appealed against",
    *(f"named {party}" for party in (Party.REVIEWER, Party.LEAD, Party.SECOND_LEAD)),
    *_CODENAMES,
)
# By hand: Django takes longer to write this statement than the server to answer it.
_PEOPLE = """
SELECT 'side', user_id FROM reviews_membership WHERE team_id = %(team)s
UNION ALL
SELECT 'side', user_id FROM reviews_coauthor WHERE use_case_id = %(case)s
UNION ALL
SELECT 'side', statement_by_id FROM reviews_submission WHERE use_case_id = %(case)s
UNION ALL
SELECT 'in conflict', user_id FROM reviews_conflictofinterest
WHERE ended_at IS NULL AND (team_id = %(team)s
    OR customer_id = (SELECT customer_id FROM reviews_usecase WHERE id = %(case)s))
UNION ALL
SELECT 'decided', decided_by_id FROM reviews_decisionround WHERE use_case_id = %(case)s
UNION ALL
SELECT 'signed', signature.by_id FROM reviews_countersignature signature
JOIN reviews_decisionround round ON round.id = signature.decision_round_id
WHERE round.use_case_id = %(case)s
UNION ALL
SELECT 'was assigned', reviewer_id FROM reviews_reviewassignment assignment
JOIN reviews_review review ON review.id = assignment.review_id
WHERE review.use_case_id = %(case)s
UNION ALL
SELECT 'open round', id FROM reviews_review WHERE use_case_id = %(case)s AND closed_at IS NULL
UNION ALL
SELECT 'reviewing', reviewer_id FROM reviews_reviewassignment assignment
JOIN reviews_review review ON review.id = assignment.review_id
WHERE review.use_case_id = %(case)s AND review.closed_at IS NULL AND recused_at IS NULL
UNION ALL
SELECT 'appealed against', UNNEST(ARRAY_REMOVE(ARRAY[round.decided_by_id, signature.by_id], NULL))
FROM reviews_appeal appeal
JOIN reviews_review review ON review.id = appeal.review_id
JOIN reviews_decisionround round ON round.id = appeal.against_id
LEFT JOIN reviews_countersignature signature ON signature.decision_round_id = round.id
WHERE appeal.use_case_id = %(case)s AND review.closed_at IS NULL
UNION ALL
SELECT 'named ' || outsider.party, person.id FROM reviews_outsider outsider
JOIN reviews_user person ON person.id = outsider.user_id
WHERE outsider.use_case_id = %(case)s AND person.is_active
UNION ALL
SELECT permission.codename, person.id
FROM reviews_user person
JOIN auth_permission permission ON permission.codename = ANY (%(codenames)s)
JOIN django_content_type kind ON kind.id = permission.content_type_id AND kind.app_label = 'reviews'
WHERE person.is_active AND (
    person.is_superuser
    OR EXISTS (SELECT FROM reviews_user_groups mine
               JOIN auth_group_permissions held ON held.group_id = mine.group_id
               WHERE mine.user_id = person.id AND held.permission_id = permission.id)
    OR EXISTS (SELECT FROM reviews_user_user_permissions held
               WHERE held.user_id = person.id AND held.permission_id = permission.id)
)
"""


def holders(codename: str) -> set[int]:
    """Keys of active people who hold a permission. One query."""
    people = User.objects.with_perm(f"reviews.{codename}", backend=BACKEND)
    return set(people.values_list("pk", flat=True))


def _can_staff(
    reviewers: set[int], still: int, deciding: set[int], signing: set[int] | None
) -> bool:
    """Different people for every open part; offices are small, so every pair is tried."""
    if signing is None:
        return any(len(reviewers - {lead}) >= still for lead in deciding)
    pairs = ((a, b) for a, b in permutations(deciding | signing, 2))
    return any(
        a in deciding and b in signing and len(reviewers - {a, b}) >= still for a, b in pairs
    )


def _reviewers_still_needed(use_case: UseCase, sensitive: bool, people: PeopleAround) -> int:
    """How many more the open round, or the first one, needs before a lead may decide."""
    wanted = 2 if sensitive else 1
    if not people["open round"]:
        return wanted
    in_review = State(use_case.state) in {State.IN_REVIEW, State.NEEDS_INFORMATION}
    return max(0, wanted - len(people["reviewing"])) if in_review else 0


def _short(
    still: int, reviewers: set[int], deciding: set[int], signing: set[int] | None
) -> tuple[Party, ...]:
    """Parts with too few people of their own; empty where only the sum is too small."""
    return (
        *([Party.REVIEWER] if len(reviewers) < still else []),
        *([Party.LEAD] if not deciding else []),
        *([Party.SECOND_LEAD] if signing is not None and not signing else []),
    )


def parts(sensitive: bool) -> tuple[Party, ...]:
    """The parts that different people of the office take on a case."""
    second = (Party.SECOND_LEAD,) if sensitive else ()
    return (Party.REVIEWER, Party.LEAD, *second)


_SHORT = {
    Party.REVIEWER: "too few reviewers are free",
    Party.LEAD: "no lead is free to decide",
    Party.SECOND_LEAD: "no second lead is free to countersign",
}


def _sentences(sensitive: bool, short: tuple[Party, ...], enough: bool) -> tuple[str, ...]:
    rule = (
        "A sensitive use needs two reviewers, a lead who decides and a second lead who"
        " countersigns: four people, none of them on the team or a co-author."
        if sensitive
        else "This use case needs a reviewer and a lead: two people, none of them on the team or a"
        " co-author."
    )
    if enough:
        return (rule,)
    words = " and ".join(_SHORT[party] for party in short) or "too few different people are free"
    return (
        rule,
        f"As it stands, {words}.",
        "The office can bring in a named outsider: a lead or an administrator names somebody with"
        " an account for this one case, and says why.",
    )


def requesters_side(use_case: UseCase) -> set[int]:
    """The team, its co-authors, and who filed a submission, on the team still or not. One query."""
    members = Membership.objects.filter(team=use_case.team_id).values_list("user")
    writers = CoAuthor.objects.filter(use_case=use_case).values_list("user")
    filers = Submission.objects.filter(use_case=use_case).values_list("statement_by")
    return _keys(members.order_by().union(writers.order_by(), filers.order_by()))


def _keys(rows: Collection[tuple[int]]) -> set[int]:
    return {key for (key,) in rows}
