"""The boards' summary rows say what the lists hold, whatever happens in between."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews.domain.ageing import AGES, working_days
from reviews.domain.enums import Origin, Role, State
from reviews.domain.tallies import IMPORTED, period_of
from reviews.models import Capability, Requirement, Tally, Team, UseCase
from reviews.selectors.boards import figures, row_filters
from reviews.selectors.use_case_filters import UseCaseFilter
from reviews.services import tallies
from tests.builders import NOW, user
from tests.builders_deciding import office
from tests.builders_walk import STEPS, Walk

pytestmark = pytest.mark.django_db

MOVES = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 40)), min_size=6, max_size=10
)
WAY = [("draft", 0), ("submit", 0), ("review", 1)]
"""Every walk begins with a case that waits for its decision."""


@pytest.fixture
def walk(catalogue, roles):
    return Walk(office("a"), office("b"))


def listed(rows, filters, person, *, on, **given):
    request = SimpleNamespace(user=person, today=on, now=NOW)
    found = filters(QueryDict(urlencode(given)), rows, request=request)
    assert found.form.is_valid(), found.form.errors
    return found.qs.count()


def wrong(lead, *, on):
    """Every number of the office's and the teams' boards that is not the length of its list."""
    period = period_of(365, on=on)
    days = {"first": period.first, "last": period.last}
    cases = UseCase.objects.visible_to(lead)
    found = []

    def compare(what, said, rows, filters, **given):
        there = listed(rows, filters, lead, on=on, **given)
        if said != there:
            found.append((what, said, there))

    def compare_states(what, states, ages, **given):
        for state in State:
            count = states[state] + (states[IMPORTED] if state is State.DRAFT else 0)
            compare((what, state), count, cases, UseCaseFilter, state=state.value, **given)
        compare(
            (what, IMPORTED),
            states[IMPORTED],
            cases,
            UseCaseFilter,
            state=State.DRAFT.value,
            origin=Origin.IMPORTED.value,
            **given,
        )
        for age in AGES:
            bounds = dict(zip(("since_from", "since_to"), age.since(on), strict=True))
            bounds = {name: day for name, day in bounds.items() if day}
            there = sum(
                listed(cases, UseCaseFilter, lead, on=on, state=state, **bounds, **given)
                for state in figures.OPEN
            )
            if ages[age.name] != there:
                found.append((what, age.name, ages[age.name], there))

    said = figures.of_office(period, on=on)
    everything = Counter()
    for counted in said.ages.values():
        everything.update(counted)
    compare_states("office", said.states, everything)
    compare_events(compare, lead, said, days)
    for capability in Capability.objects.filter(use_cases__isnull=False).distinct():
        by, ages = said.by_capability[capability.pk], said.capability_ages[capability.pk]
        compare_states(capability.slug, by, ages, capability=capability.slug)
        compare_asked(compare, lead, said, days, capability)
    for team in Team.objects.filter(memberships__isnull=False, use_cases__isnull=False).distinct():
        own = figures.of_team(team.pk, period, on=on)
        compare_states(team.name, own.states, own.team_ages[team.pk], team=team.uid)
        assert own.states == said.by_team[team.pk]
        compare_events(compare, lead, own, days, team=team.uid)
    compare_verdicts(compare, lead, said, days)
    return found


def compare_asked(compare, lead, said, days, capability):
    slug = capability.slug
    filed, decided = said.filed_by_capability[capability.pk], said.took[capability.pk]
    rows = row_filters.filings(lead)
    compare(("filed", slug), filed, rows, row_filters.FilingFilter, capability=slug, **days)
    count, rows = sum(decided.values()), row_filters.decisions(lead)
    compare(("decided", slug), count, rows, row_filters.DecisionFilter, capability=slug, **days)


def compare_verdicts(compare, lead, said, days):
    rows, filters = row_filters.verdicts(lead), row_filters.VerdictFilter
    for requirement in Requirement.objects.filter(pk__in=said.verdicts):
        code = requirement.code
        for value, count in said.verdicts[requirement.pk].items():
            given = {"requirement": code, "value": value, **days}
            compare((code, value), count, rows, filters, **given)
    everything = sum(sum(one.values()) for one in said.verdicts.values())
    compare("verdicts", everything, rows, filters, **days)


def compare_events(compare, lead, said, days, **given):
    filed = sum(said.filed.values())
    compare("filed", filed, row_filters.filings(lead), row_filters.FilingFilter, **days, **given)
    decided = sum(said.took[0].values())
    compare(
        "decided", decided, row_filters.decisions(lead), row_filters.DecisionFilter, **days, **given
    )
    for rule in ("RETIRED-NEW", *said.refused):
        compare(
            ("refused", rule),
            said.refused[rule],
            row_filters.refusals(lead),
            row_filters.RefusalFilter,
            rule=rule,
            **days,
            **given,
        )


def test_after_every_step_each_sum_is_the_length_of_its_list(walk):
    lead = user("reader", Role.AUDITOR)

    @settings(
        max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(moves=MOVES)
    def hold(moves):
        with transaction.atomic():
            going = Walk(walk.people, walk.other)
            for name, number in [*WAY, *moves]:
                if going.step(name, number):
                    assert tallies.differences() == []
                    assert wrong(lead, on=going.at.date()) == []
            transaction.set_rollback(True)

    hold()


def test_a_long_walk_meets_every_step(walk):
    """What the random walks may miss: each step happens, and the sums hold to the end."""
    lead = user("reader", Role.AUDITOR)
    plan = [
        *[(name, number) for number in (0, 1, 2, 3) for name in ("draft", "submit")],
        ("import", 0),
        *[("review", number) for number in range(4)],
        *[("decide", 1) for _ in range(5)],
        ("countersign", 0),
        ("decide", 1),
        ("countersign", 1),
        ("condition", 0),
        ("condition", 0),
        ("appeal", 0),
        ("decide", 0),
        ("countersign", 1),
        ("rereview", 0),
        ("ask", 0),
        ("fold", 0),
        ("withdraw", 0),
        ("reopen", 0),
        ("draft", 3),
        ("capabilities", 0),
        ("submit", 0),
    ]
    for name, number in plan:
        if walk.step(name, number):
            assert tallies.differences() == [], (name, walk.done)
    assert set(walk.done) == set(STEPS)
    assert wrong(lead, on=walk.at.date()) == []
    said = figures.of_office(period_of(365, on=walk.at.date()), on=walk.at.date())
    assert said.refused and said.took[0] and said.verdicts and said.filed_by_capability


def test_fold_changes_no_sum_and_leaves_one_row_of_each(walk):
    for name, number in [*WAY, ("decide", 0), ("draft", 2), ("submit", 0)]:
        walk.step(name, number)
    before = Tally.objects.count()

    gone = tallies.fold()

    assert gone > 0 and Tally.objects.count() == before - gone
    assert tallies.differences() == []
    assert tallies.fold() == 0


def test_repair_names_what_was_wrong_and_mends_it(walk):
    for name, number in WAY:
        walk.step(name, number)
    row = Tally.objects.filter(measure="state", count=1).first()
    Tally.objects.filter(pk=row.pk).update(count=4)
    Tally.objects.create(measure="filed", day=date(2020, 1, 1), count=2)

    found = tallies.differences()
    mended = tallies.repair()

    assert found == mended
    assert {(one.measure, one.kept - one.counted) for one in found} == {("state", 3), ("filed", 2)}
    assert tallies.differences() == []


def test_a_statement_for_many_rows_is_counted(walk):
    """COPY and bulk statements: one trigger a statement."""
    for number in range(4):
        walk.step("draft", 4 * number)
    UseCase.objects.filter(team=walk.people.team).update(state=State.IN_REVIEW, state_since=NOW)

    assert tallies.differences() == []


@given(first=st.dates(date(1999, 1, 1), date(2030, 1, 1)), days=st.integers(-10, 800))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_database_counts_working_days_as_the_rule_does(db, first, days):
    last = first + timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reviews_working_days(%s, %s)", [first, last])
        assert cursor.fetchone()[0] == working_days(first, last)
