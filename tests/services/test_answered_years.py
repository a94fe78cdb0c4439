"""A replayed year in which customers answer: by the services of production, and as counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reviews.domain.enums import (
    DeploymentStatus,
    RehearsalKind,
    Role,
    SubjectKind,
)
from reviews.domain.errors import BadInput, StateConflict
from reviews.domain.forecast import holds
from reviews.integrations.replay_data import course
from reviews.models import AuditEvent, Deployment, DeploymentAnswer, RehearsedForecast
from reviews.selectors.sunset import pace
from reviews.services.reminding import deadlines
from reviews.services.replaying import answering, runs
from reviews.services.sunset import statuses
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import capability
from tests.builders_mail import contact

pytestmark = pytest.mark.django_db
FIRST, LAST_DAY, LAST = date(2022, 6, 21), date(2023, 6, 30), date(2023, 7, 31)
BEFORE = datetime(2022, 6, 1, tzinfo=UTC)


@pytest.fixture
def owner(roles, catalogue):
    return user("sol", Role.SUNSET_OWNER, time_zone="UTC")


def register(owner, count, *, two_zones=("UTC", "Australia/Sydney")):
    """So many deployments, two a customer; every tenth customer has nobody to write to."""
    rows = []
    for number in range(count):
        if number % 2 == 0:
            firm = customer(f"Firm {number}", owner=owner)
            zone = two_zones[number // 2 % 2]
            if number % 20:
                contact(firm, f"Kit {number}", time_zone=zone, registered_at=BEFORE)
        rows.append(
            Deployment(
                customer=firm,
                capability=capability("emotion"),
                use=f"use {number}",
                registered_at=BEFORE,
                time_zone=zone,
                in_use_since=date(2021, 1, 1),
            )
        )
    Deployment.objects.bulk_create(rows)
    deadlines.follow(SubjectKind.DEPLOYMENT, None, at=NOW, on=TODAY)


def foretell(then):
    return pace.foretell(Deployment.objects.all(), on=then)


def answered(who="customers", *, first=FIRST, last=LAST, seed=1001, years=1):
    return runs.answered(
        who, first=first, last=last, on=TODAY, seed=seed, years=years, foretell=foretell
    )


# Walked and counted -------------------------------------------------------------------------------


def test_the_walked_year_is_the_counted_one(owner):
    """The machine's own mails, silences and answers give the same stops as the ladder's days."""
    register(owner, 44)

    found = answered()

    assert list(found.stopped) == found.cast.counted(1001)
    assert len(found.stopped) == 44
    assert {line.step for line in found.lines} >= {"T-365", "T-90", "FILING", "T+7"}
    weeks = [week for week in found.weeks if week.is_walked]
    assert [(week.on, week.running, week.said) for week in weeks] == [
        (week.on, week.running, week.said)
        for week in answering.counted_weeks(found.cast, 1001)
        if week.on <= LAST
    ]
    assert len(weeks) >= 3
    assert {week.came_on for week in weeks} == {found.stopped[-1]}


def test_it_leaves_the_register_as_it_is(owner):
    register(owner, 4)
    events = AuditEvent.objects.count()

    answered(first=date(2023, 6, 20))

    assert DeploymentAnswer.objects.count() == 0
    assert AuditEvent.objects.count() == events
    assert set(Deployment.objects.values_list("status", flat=True)) == {"discovered"}


def test_who_stopped_gets_no_mail_any_more(owner):
    """Against the silent year: fewer mails, since those that answered are left in peace."""
    register(owner, 12)

    silent = runs.replay(first=date(2023, 6, 12), last=LAST)
    spoken = answered(first=date(2023, 6, 12))

    assert sum(line.lines for line in spoken.lines) < 0.8 * sum(line.lines for line in silent)


def test_what_is_on_record_happens_on_its_day(owner):
    register(owner, 6)
    stopped, planned, *_ = Deployment.objects.order_by("pk")
    when = {"by": owner, "at": NOW - timedelta(days=20), "on": TODAY - timedelta(days=20)}
    statuses.attest(
        stopped,
        said_by="Kit",
        stopped_on=TODAY - timedelta(days=25),
        reason="They wrote it to us.",
        **when,
    )
    statuses.set_status(
        planned,
        status=DeploymentStatus.PLAN_FILED,
        plan="Off by June.",
        reason="They wrote it to us.",
        **when,
    )

    found = answered("register", first=TODAY - timedelta(days=40), last=LAST)

    assert list(found.stopped) == [TODAY - timedelta(days=25)]
    assert found.weeks == []  # one is too few to foretell


def test_an_old_stop_without_an_answer_counts_on_its_day(owner):
    register(owner, 2)
    gone = Deployment.objects.order_by("pk").first()
    gone.status, gone.discontinued_on = DeploymentStatus.DISCONTINUED, TODAY - timedelta(days=9)
    gone.save()

    found = answered("register", first=TODAY - timedelta(days=20), last=TODAY)

    assert list(found.stopped) == [TODAY - timedelta(days=9)]


@pytest.mark.parametrize("wrong", [{"years": 0}, {"seed": -1}, {"last": date(2022, 1, 1)}])
def test_what_cannot_be_is_refused(owner, wrong):
    with pytest.raises(BadInput):
        answered(**wrong)


def test_without_an_office_nobody_writes_answers_down(roles, catalogue):
    with pytest.raises(StateConflict, match="keep the register"):
        answered(first=date(2023, 7, 30))


# The forecast in these years ----------------------------------------------------------------------


@pytest.fixture
def ladder(roles, catalogue):
    """The ladder as it is loaded."""


def weeks_of(seeds):
    return answering.canonical_weeks(seeds, first=FIRST, last_day=LAST_DAY)


def test_the_course_on_file_is_what_the_chosen_years_give(ladder):
    assert answering.chosen_course(first=FIRST, last_day=LAST_DAY) == course()


def test_no_year_is_both_learnt_from_and_reported_on():
    assert not set(answering.CHOSEN_ON) & set(answering.REPORTED_ON)
    assert len(answering.REPORTED_ON) >= 40


def test_on_years_that_nothing_was_learnt_from_the_interval_holds_as_often_as_it_says(ladder):
    found = weeks_of(answering.REPORTED_ON)
    tested = answering.coverage(found)

    assert tested.made > 3_000
    assert 0.77 <= tested.share <= 0.83
    assert all(week.held is holds(week.said, week.came_on) for week in found)


def test_the_years_that_it_was_learnt_from(ladder):
    assert 0.78 <= answering.coverage(weeks_of(answering.CHOSEN_ON)).share <= 0.83


# Kept for the page --------------------------------------------------------------------------------


def test_kept_for_its_page(owner):
    register(owner, 24)

    run = runs.rehearse(RehearsalKind.ANSWERED, at=NOW, on=TODAY, foretell=foretell)

    kept = RehearsedForecast.objects.filter(rehearsal=run)
    seeds = set(kept.values_list("seed", flat=True))
    assert run.first_on == FIRST
    assert len(seeds) > 20
    assert seeds <= set(answering.REPORTED_ON)
    assert set(kept.filter(is_walked=True).values_list("seed", flat=True)) <= {1001}
