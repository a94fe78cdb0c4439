"""What the two boards read besides the summary rows: names, and what is or comes due."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from reviews.domain.enums import GrantStanding, RequestStanding
from reviews.models import (
    AccessGrant,
    Capability,
    PolicyException,
    Requirement,
    Team,
    UseCase,
    User,
)
from reviews.models.gate_rules import GateRule
from reviews.selectors.boards import people, row_filters
from reviews.selectors.boards.case_filters import RETURNING
from reviews.selectors.boards.figures import OPEN, Figures, counts
from reviews.selectors.boards.people import Load
from reviews.selectors.boards.row_filters import SOON, due_within


def due_counts(user: User, *, on: date, team: Team | None = None) -> dict[str, int]:
    """What is or comes due, of the lists that this person sees. One query, over open rows only."""
    soon = on + timedelta(days=SOON)
    grants = AccessGrant.objects.visible_to(user)
    exceptions = PolicyException.objects.visible_to(user).filter(
        pk__in=PolicyException.objects.holding().order_by().values("pk")
    )
    cases = UseCase.objects.visible_to(user).filter(state__in=RETURNING)
    pending = row_filters.pending_conditions(user)
    if team is not None:
        grants = grants.filter(application__team=team)
        exceptions = exceptions.filter(use_case__team=team)
        cases = cases.filter(team=team)
        pending = pending.filter(decision__decision_round__use_case__team=team)
    running = grants.standing(GrantStanding.RUNNING, on=on)
    wanted: dict[str, QuerySet] = {
        **{
            f"conditions_{name}": pending.filter(due_within(name, on=on))
            for name in ("overdue", "soon", "later")
        },
        "grants_lapsed": grants.standing(GrantStanding.LAPSED, on=on),
        "grants_soon": running.filter(reverify_by__lte=soon),
        "exceptions_soon": exceptions.standing(RequestStanding.GRANTED, on=on).filter(
            until__lte=soon
        ),
        "rereviews_due": cases.filter(rereview_on__lte=on),
        "rereviews_soon": cases.filter(rereview_on__lte=soon),
    }
    return counts(wanted)


def busiest_teams(found: Figures, most: int) -> list[Team]:
    """Those with the most open cases. One query."""
    waiting = Counter(
        {key: sum(states[state] for state in OPEN) for key, states in found.by_team.items()}
    )
    wanted = [key for key, count in waiting.items() if count] + [
        key for key in found.filed_by_team if not waiting[key]
    ]
    rows = Team.objects.in_bulk(
        sorted(wanted, key=lambda key: (-waiting[key], -found.filed_by_team[key], key))[:most]
    )
    return sorted(
        rows.values(), key=lambda one: (-waiting[one.pk], -found.filed_by_team[one.pk], one.name)
    )


def capabilities(found: Figures) -> list[Capability]:
    """Those that a figure speaks of, by name. One query."""
    keys = {*found.by_capability, *found.filed_by_capability, *found.took} - {0}
    return list(Capability.objects.filter(pk__in=keys).order_by("name", "pk"))


def requirements(found: Figures) -> list[Requirement]:
    """Those that were judged, with their goals. One query."""
    return list(Requirement.objects.filter(pk__in=found.verdicts).select_related("goal"))


def rule_titles(codes: Iterable[str]) -> dict[str, str]:
    """What sets each rule of the gate. One query."""
    rows = GateRule.objects.filter(code__in=list(codes), is_current=True)
    return dict(rows.values_list("code", "condition"))


def workload(reader: User) -> list[tuple[str, str, Load]]:
    """(name, user name, load) of everybody with open reviews, the busiest first. Three queries."""
    work = people.open_work(reader=reader)
    persons = User.objects.in_bulk(work.values_list("reviewer", flat=True))
    loads = people.loads(list(persons), reader=reader)
    found = [(str(persons[key]), persons[key].username, load) for key, load in loads.items()]
    return sorted(found, key=lambda one: (-one[2].items, -one[2].reviews, one[0].casefold()))
