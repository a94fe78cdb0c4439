"""Many use cases by COPY, the same ones every time: teams, customers, states, answers, reviews.

The skew is that of an office which has worked for years: few teams and customers own much, most
cases are decided, the newest are open, few are written in full. ``seed`` adds to what is there and
needs the catalogue, the Standard and the groups.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

from django.contrib.auth.models import Group
from django.db import connection, transaction

from bench.copying import TABLES, copy_rows, first_key, uid
from bench.seeding_facts import DECIDED, NEW, NOW, OLD
from bench.seeding_rounds import seed_rounds
from reviews.domain.enums import (
    LifecycleStage,
    Origin,
    Role,
    State,
)
from reviews.models import Capability

OFFICE = ((Role.REVIEWER, 12), (Role.LEAD, 6), (Role.PANEL, 4), (Role.AUDITOR, 2))
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
    seed_rounds(dice, cases, submissions, people, reviewed)
    with connection.cursor() as cursor:
        for table in sorted(TABLES):
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
    keys = iter(range(first_key("reviews_user"), 10**9))
    found = {name: [next(keys) for _ in range(count)] for name, count in wanted}
    copy_rows(
        "reviews_user",
        "id uid password is_superuser username first_name last_name email is_staff is_active"
        " date_joined full_name time_zone digest",
        (
            (
                key,
                uid(dice),
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
    start = first_key("reviews_user_groups")
    rows = [(key, groups[name]) for name, row in found.items() for key in row]
    copy_rows(
        "reviews_user_groups",
        "id user_id group_id",
        ((start + n, key, group) for n, (key, group) in enumerate(rows)),
    )
    return found


def _teams(dice: random.Random, use_cases: int, requesters: Sequence[int]) -> list[int]:
    start = first_key("reviews_team")
    teams = list(range(start, start + max(5, use_cases // 250)))
    copy_rows(
        "reviews_team",
        "id uid name created_at",
        ((key, uid(dice), f"Seeded team {key}", NOW) for key in teams),
    )
    members = first_key("reviews_membership")
    copy_rows(
        "reviews_membership",
        "id team_id user_id since",
        ((members + n, teams[n % len(teams)], person, NOW) for n, person in enumerate(requesters)),
    )
    return teams


def _customers(dice: random.Random, count: int) -> list[int]:
    start = first_key("reviews_customer")
    keys = list(range(start, start + count))
    copy_rows(
        "reviews_customer",
        "id uid name is_managed verified_note sector country region tier registered_at",
        (
            (
                key,
                uid(dice),
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
    start = first_key("reviews_usecase")
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
                uid(dice),
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
    copy_rows(
        "reviews_usecase",
        "id uid reference title team_id customer_id state state_since origin lifecycle_stage"
        " is_sensitive escalations gate_answer created_by_id created_at updated_at submitted_on"
        " decided_on rereview_on",
        rows,
    )
    first = first_key("reviews_usecase_capabilities")
    copy_rows(
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
    start = first_key("reviews_submission")
    long_from = len(filed) - full
    rows = []
    for n, (case, _, by, age) in enumerate(filed):
        at = NOW - timedelta(days=age)
        rows.append(
            (
                start + n,
                uid(dice),
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
    copy_rows(
        "reviews_submission",
        "id uid use_case_id number answers evidence gate digest statement_by_id submitted_at"
        " submitted_on",
        rows,
    )
    uses = first_key("reviews_intendeduse")
    copy_rows(
        "reviews_intendeduse",
        "id uid use_case_id key name description position",
        (
            (uses + n, uid(dice), case[0], f"scenario:{n:032x}", _title(dice), "", 1)
            for n, case in enumerate(filed)
        ),
    )
    return {case[0]: start + n for n, case in enumerate(filed)}


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
