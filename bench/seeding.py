"""Many use cases by COPY, the same ones every time: teams, customers, states, answers, reviews.

The skew is that of an office which has worked for years: few teams and customers own much, most
cases are decided, the newest are open, few are written in full. ``seed`` adds to what is there and
needs the catalogue, the Standard and the groups.
"""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import connection, transaction

from reviews.domain.enums import (
    LifecycleStage,
    Origin,
    Outcome,
    Recommendation,
    ReviewKind,
    Role,
    State,
)
from reviews.models import Capability, Requirement, Standard

NOW = datetime(2023, 6, 1, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
OFFICE = ((Role.REVIEWER, 12), (Role.LEAD, 6), (Role.PANEL, 4), (Role.AUDITOR, 2))
OLD = {
    State.APPROVED: 48,
    State.PARTLY_APPROVED: 12,
    State.DECLINED: 18,
    State.WITHDRAWN: 10,
    State.REFUSED: 6,
    State.DRAFT: 6,
}
NEW = {
    State.APPROVED: 25,
    State.DECLINED: 10,
    State.DRAFT: 10,
    State.IN_REVIEW: 30,
    State.NEEDS_INFORMATION: 10,
    State.AWAITING_DECISION: 15,
}
"""How often a state is, of a hundred: long ago, and among the newest cases."""
DECIDED = {State.APPROVED, State.PARTLY_APPROVED, State.DECLINED}
AT_WORK = {State.IN_REVIEW, State.NEEDS_INFORMATION}
WORDS = """
    camera gate queue kiosk branch ward class depot harbour museum parcel field crop bridge road
    meter pump voice form letter claim invoice badge shelf aisle cart roof turbine line crane
""".split()  # noqa: SIM905
VERBS = "Count Sort Read Check Match Watch Flag Rank Sum Draft Route Predict".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Seeded:
    """Keys of what was made. ``reviewed``: the cases with rounds, reviewers and verdicts."""

    use_cases: int
    people: dict[str, list[int]]
    teams: list[int]
    reviewed: int


@transaction.atomic
def seed(use_cases: int, *, reviewed: int = 2_000, number: int = 2023) -> Seeded:
    """Make this many use cases; the newest ``reviewed`` are at work or get whole rounds.

    ``number`` seeds the dice. Raises ``IntegrityError`` where it ran before in this database.
    """
    dice = random.Random(number)  # noqa: S311
    people = _people(dice, use_cases)
    teams = _teams(dice, use_cases, people["requester"])
    customers = _customers(dice, max(20, use_cases // 50))
    cases = _cases(dice, use_cases, reviewed, people["requester"], teams, customers)
    submissions = _submissions(dice, cases, reviewed)
    _rounds(dice, cases, submissions, people, reviewed)
    with connection.cursor() as cursor:
        for table in sorted(_TABLES):
            last = f"(SELECT max(id) FROM {table})"  # noqa: S608
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")
    return Seeded(use_cases, people, teams, min(reviewed, len(submissions)))


def analyse() -> None:
    """As autovacuum would have done by the next morning."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


# One table after another --------------------------------------------------------------------------


def _people(dice: random.Random, use_cases: int) -> dict[str, list[int]]:
    wanted = [("requester", max(20, use_cases // 100)), *((role.value, n) for role, n in OFFICE)]
    keys = iter(range(_first("reviews_user"), 10**9))
    found = {name: [next(keys) for _ in range(count)] for name, count in wanted}
    _copy(
        "reviews_user",
        "id uid password is_superuser username first_name last_name email is_staff is_active"
        " date_joined full_name time_zone digest",
        (
            (
                key,
                _uid(dice),
                "!",
                False,
                f"seed-{name}-{n}",
                "",
                "",
                f"{name}{n}@seed.example",
                False,
                True,
                NOW,
                f"{name.title()} {n}",
                "UTC",
                "off",
            )
            for name, row in found.items()
            for n, key in enumerate(row, 1)
        ),
    )
    groups = dict(Group.objects.values_list("name", "pk"))
    start = _first("reviews_user_groups")
    rows = [(key, groups[name]) for name, row in found.items() for key in row]
    _copy(
        "reviews_user_groups",
        "id user_id group_id",
        ((start + n, key, group) for n, (key, group) in enumerate(rows)),
    )
    return found


def _teams(dice: random.Random, use_cases: int, requesters: Sequence[int]) -> list[int]:
    start = _first("reviews_team")
    teams = list(range(start, start + max(5, use_cases // 250)))
    _copy(
        "reviews_team",
        "id uid name created_at",
        ((key, _uid(dice), f"Seeded team {key}", NOW) for key in teams),
    )
    members = _first("reviews_membership")
    _copy(
        "reviews_membership",
        "id team_id user_id since",
        ((members + n, teams[n % len(teams)], person, NOW) for n, person in enumerate(requesters)),
    )
    return teams


def _customers(dice: random.Random, count: int) -> list[int]:
    start = _first("reviews_customer")
    keys = list(range(start, start + count))
    _copy(
        "reviews_customer",
        "id uid name is_managed verified_note sector country region tier registered_at",
        (
            (
                key,
                _uid(dice),
                f"Seeded customer {key}",
                dice.random() < 0.7,
                "",
                "commercial",
                dice.choice(["US", "GB", "DE", "JP"]),
                "",
                "",
                NOW,
            )
            for key in keys
        ),
    )
    return keys


def _cases(
    dice: random.Random,
    count: int,
    new: int,
    requesters: Sequence[int],
    teams: Sequence[int],
    customers: Sequence[int],
) -> list[tuple[int, State, int, int]]:
    """Key, state, who made it and age in days of each; the last ones are the newest."""
    capabilities = list(Capability.objects.current().values_list("pk", flat=True))
    start = _first("reviews_usecase")
    team_of, customer_of = _skewed(dice, teams, count), _skewed(dice, customers, count)
    states = dice.choices(list(OLD), list(OLD.values()), k=count - new)
    states += dice.choices(list(NEW), list(NEW.values()), k=new)
    ages = sorted((int(dice.expovariate(1 / 500)) for _ in range(count)), reverse=True)
    stages = [stage.value for stage in LifecycleStage]
    cases: list[tuple[int, State, int, int]] = []
    rows: list[tuple] = []
    links: list[tuple[int, int]] = []
    for n in range(count):
        key, state, by = start + n, states[n], requesters[n % len(requesters)]
        at = NOW - timedelta(days=ages[n], seconds=dice.randrange(86_400))
        filed = None if state is State.DRAFT else at.date()
        decided = at.date() if state in DECIDED else None
        cases.append((key, state, by, ages[n]))
        rows.append(
            (
                key,
                _uid(dice),
                f"RAI-1999-{key:06d}",
                _title(dice),
                team_of[n],
                customer_of[n] if dice.random() < 0.6 else None,
                state.value,
                at,
                Origin.FILED.value,
                dice.choice(stages),
                dice.random() < 0.15,
                "[]",
                "" if filed is None else "allowed",
                by,
                at,
                at,
                filed,
                decided,
                decided + timedelta(days=365) if decided else None,
            )
        )
        links.extend(
            (key, one) for one in dice.sample(capabilities, k=dice.choice([1, 1, 1, 2, 3]))
        )
    _copy(
        "reviews_usecase",
        "id uid reference title team_id customer_id state state_since origin lifecycle_stage"
        " is_sensitive escalations gate_answer created_by_id created_at updated_at submitted_on"
        " decided_on rereview_on",
        rows,
    )
    first = _first("reviews_usecase_capabilities")
    _copy(
        "reviews_usecase_capabilities",
        "id usecase_id capability_id",
        ((first + n, *link) for n, link in enumerate(links)),
    )
    return cases


def _submissions(
    dice: random.Random, cases: Sequence[tuple[int, State, int, int]], full: int
) -> dict[int, int]:
    """Use case → its submission. The newest ``full`` have whole answers, the others two lines."""
    filed = [case for case in cases if case[1] not in {State.DRAFT, State.REFUSED}]
    start = _first("reviews_submission")
    long_from = len(filed) - full
    rows = []
    for n, (case, _, by, age) in enumerate(filed):
        at = NOW - timedelta(days=age)
        rows.append(
            (
                start + n,
                _uid(dice),
                case,
                1,
                json.dumps(_answers(dice, long=n >= long_from)),
                "[]",
                "{}",
                f"{n:064x}",
                by,
                at,
                at.date(),
            )
        )
    _copy(
        "reviews_submission",
        "id uid use_case_id number answers evidence gate digest statement_by_id submitted_at"
        " submitted_on",
        rows,
    )
    uses = _first("reviews_intendeduse")
    _copy(
        "reviews_intendeduse",
        "id uid use_case_id key name description position",
        (
            (uses + n, _uid(dice), case[0], f"scenario:{n:032x}", _title(dice), "", 1)
            for n, case in enumerate(filed)
        ),
    )
    return {case[0]: start + n for n, case in enumerate(filed)}


def _rounds(
    dice: random.Random,
    cases: Sequence[tuple[int, State, int, int]],
    submissions: dict[int, int],
    people: dict[str, list[int]],
    reviewed: int,
) -> None:
    """Rounds, reviewers, items and verdicts of the newest cases; decisions where there is one."""
    chosen = [case for case in cases[-reviewed:] if case[1] is not State.DRAFT]
    standard = Standard.objects.current().get().pk
    wanted = list(Requirement.objects.current().values_list("pk", flat=True))[:45]
    review = _first("reviews_review")
    seat = _first("reviews_reviewassignment")
    made = _first("reviews_decisionround")
    reviews: list[tuple] = []
    seats: list[tuple] = []
    items: list[tuple] = []
    verdicts: list[tuple] = []
    rounds: list[tuple] = []
    decisions: list[tuple] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT use_case_id, id FROM reviews_intendeduse WHERE use_case_id = ANY (%s)",
            [[case[0] for case in chosen]],
        )
        scenario_of = dict(cursor.fetchall())
    for n, (case, state, _, age) in enumerate(chosen):
        at, closed = NOW - timedelta(days=age), state in DECIDED
        done = state not in AT_WORK
        reviews.append(
            (
                review + n,
                _uid(dice),
                case,
                1,
                ReviewKind.INITIAL.value,
                submissions[case],
                standard,
                False,
                at,
                at.date(),
                at if closed else None,
            )
        )
        seats.append(
            (
                seat + n,
                _uid(dice),
                review + n,
                dice.choice(people["reviewer"]),
                people["lead"][0],
                at,
                "",
                at if done else None,
                Recommendation.APPROVE.value if done else None,
                "All is well." if done else "",
            )
        )
        for position, requirement in enumerate(wanted, 1):
            items.append((review + n, position, requirement, True, "always"))
            if done or position < 20:
                verdicts.append((len(items) - 1, seat + n, dice.choice(_VALUES), at))
        if closed:
            rounds.append(
                (
                    made + len(rounds),
                    _uid(dice),
                    case,
                    review + n,
                    submissions[case],
                    1,
                    False,
                    dice.choice(people["lead"]),
                    at,
                    at.date(),
                    "{}",
                )
            )
            outcome = Outcome.DECLINED if state is State.DECLINED else Outcome.APPROVED
            decisions.append((rounds[-1][0], scenario_of[case], outcome.value, "It helps."))
    _copy_rounds(dice, reviews, seats, items, verdicts, rounds, decisions)


_VALUES = ("met", "met", "met", "met", "partly_met", "not_met", "not_applicable")


def _copy_rounds(dice: random.Random, *tables: list[tuple]) -> None:
    reviews, seats, items, verdicts, rounds, decisions = tables
    _copy(
        "reviews_review",
        "id uid use_case_id number kind submission_id standard_id is_sensitive opened_at opened_on"
        " closed_at",
        reviews,
    )
    _copy(
        "reviews_reviewassignment",
        "id uid review_id reviewer_id assigned_by_id assigned_at recused_reason signed_off_at"
        " recommendation recommendation_reasons",
        seats,
    )
    first = _first("reviews_checklistitem")
    _copy(
        "reviews_checklistitem",
        "id uid review_id position requirement_id is_required_now why",
        ((first + n, _uid(dice), *row) for n, row in enumerate(items)),
    )
    start = _first("reviews_verdict")
    _copy(
        "reviews_verdict",
        "id uid item_id assignment_id value note gap_plan version saved_at is_current"
        " changed_after_sign_off",
        (
            (start + n, _uid(dice), first + item, by, value, "Seen.", "", 1, at, True, False)
            for n, (item, by, value, at) in enumerate(verdicts)
        ),
    )
    _copy(
        "reviews_decisionround",
        "id uid use_case_id review_id submission_id number needs_countersignature decided_by_id"
        " decided_at decided_on policy_versions",
        rounds,
    )
    begin = _first("reviews_decision")
    _copy(
        "reviews_decision",
        "id uid decision_round_id intended_use_id outcome reasons",
        ((begin + n, _uid(dice), *row) for n, row in enumerate(decisions)),
    )


# The tools ----------------------------------------------------------------------------------------

_TABLES: set[str] = set()


def _first(table: str) -> int:
    """The key of the next row."""
    _TABLES.add(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(max(id), 0) + 1 FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _copy(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns.split())
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _uid(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)


def _title(dice: random.Random) -> str:
    return f"{dice.choice(VERBS)} the {dice.choice(WORDS)} by the {dice.choice(WORDS)}"


def _skewed(dice: random.Random, keys: Sequence[int], count: int) -> list[int]:
    """The first key has much, the last little: as one over its place."""
    weights = list(accumulate(1 / place for place in range(1, len(keys) + 1)))
    return dice.choices(keys, cum_weights=weights, k=count)


def _answers(dice: random.Random, *, long: bool) -> dict[str, dict[str, object]]:
    words = " ".join(dice.choices(WORDS, k=400 if long else 12))
    pages = ("system", "people", "oversight", "validity", "deployment") if long else ("system",)
    return {page: {"description": words, "purpose": words[:200]} for page in pages}
