"""The demo as a whole: loaded once for this module, then looked at from all sides."""

from collections import Counter
from datetime import UTC, date, datetime, time

import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.urls import reverse

from reviews.domain.enums import (
    ApplicationState,
    AuditKind,
    ConditionState,
    DeploymentStatus,
    GrantStanding,
    RequestState,
    ReviewKind,
    State,
)
from reviews.domain.errors import BadDataFile
from reviews.domain.turns import Turn
from reviews.models import (
    Absence,
    AccessApplication,
    AccessGrant,
    AuditEvent,
    Comment,
    Condition,
    ConflictOfInterest,
    Customer,
    DemoClock,
    Deployment,
    DeploymentAnswer,
    Evidence,
    Expertise,
    Extension,
    IntendedUse,
    Mail,
    PolicyException,
    Question,
    Referral,
    ReferralMember,
    Review,
    StaleDecision,
    Thread,
    UseCase,
    User,
)
from reviews.selectors import clock, waiting
from reviews.selectors.sunset import hygiene, pace
from reviews.services import audit
from reviews.services import catalogue as catalogue_service
from reviews.services import roles as roles_service
from reviews.services.demo import loading, story
from reviews.services.demo.people import ACCOUNTS
from reviews.services.demo.story import Step
from reviews.services.reminding import ladders, planning

PASSWORD = "correct horse battery"
SCENARIO = date(2023, 6, 1)
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
WHEN = {"at": NOW, "on": NOW.date()}

pytestmark = pytest.mark.django_db


def load():
    return loading.load(password=PASSWORD, scenario_date=SCENARIO, at=NOW)


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The report of the first load; rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        roles_service.sync(**WHEN)
        catalogue_service.sync(**WHEN)
        ladders.sync(**WHEN)
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def demo(told, db):
    """What a test changes is taken back; the demo stays for the next."""
    return told


def test_load_holds_use_cases_in_every_state(demo):
    assert set(demo.states) == {state.value for state in State}
    assert sum(demo.states.values()) == demo.use_cases == UseCase.objects.count()
    assert demo.use_cases >= 40


def test_load_holds_deployments_in_every_status_before_and_after_the_cutoff(demo):
    cutoff = date(2022, 6, 21)
    rows = Deployment.objects

    assert rows.count() == demo.deployments == 159
    assert set(rows.values_list("status", flat=True)) == set(DeploymentStatus.values)
    assert rows.filter(in_use_since__lte=cutoff).exists()
    assert rows.filter(in_use_since__gt=cutoff).exists()
    assert rows.filter(in_use_since__isnull=True).exists()
    assert not rows.filter(status="discontinued", discontinued_on__isnull=True).exists()


def test_load_holds_a_register_that_looks_like_work(demo):
    lead = User.objects.get(username="lead")

    assert all(hygiene.counts(lead).values())
    assert set(DeploymentAnswer.objects.values_list("source", flat=True)) == {"link", "office"}
    assert DeploymentAnswer.objects.exclude(file="").exists()
    owners = User.objects.filter(owned_customers__isnull=False).distinct()
    assert owners.count() > 1
    assert not owners.filter(manager=None).exists()
    assert Deployment.objects.values("time_zone").distinct().count() > 10
    moved = Deployment.objects.exclude(status="discovered")
    assert not moved.filter(register_changes=None).exists()


def test_load_holds_a_history_that_a_forecast_can_be_made_from(demo):
    rows = Deployment.objects.filter(status="discontinued")
    attested = DeploymentAnswer.objects.filter(kind="stopped").values("deployment")

    said = pace.pace(Deployment.objects.all(), on=SCENARIO)

    assert said.stopped == rows.count() >= 40
    assert not rows.exclude(pk__in=attested).exists()
    assert said.foretold.low < said.foretold.middle < said.foretold.high
    assert said.tested.made >= 5
    at = datetime.combine(SCENARIO, time(12), tzinfo=UTC)
    late = pace.missing(Deployment.objects.all(), a_week=said.foretold.pace, at=at)
    assert 10 < late.count() < said.running
    for field, least in (("region", 10), ("tier", 5), ("owner", 2)):
        values = Customer.objects.order_by().values_list(field, flat=True).distinct()
        assert len(set(values) - {"", None}) >= least


def test_load_holds_customers_of_every_kind(demo):
    managed = Counter(Customer.objects.values_list("is_managed", flat=True))

    assert demo.customers == sum(managed.values()) >= 25
    assert set(managed) == {True, False, None}
    assert set(Customer.objects.values_list("sector", flat=True)) == {
        "commercial",
        "public",
        "unknown",
    }


def test_load_holds_access_in_every_standing(demo):
    standings = {grant.standing(on=SCENARIO) for grant in AccessGrant.objects.all()}

    assert standings == set(GrantStanding)
    assert set(AccessApplication.objects.values_list("state", flat=True)) == set(
        ApplicationState.values
    )
    assert {"asked", "granted", "refused"} == set(Extension.objects.values_list("state", flat=True))
    assert {"asked", "granted", "refused"} <= set(
        PolicyException.objects.values_list("state", flat=True)
    )


def test_load_holds_conditions_open_overdue_proven_and_met(demo):
    assert set(Condition.objects.values_list("state", flat=True)) >= {
        ConditionState.OPEN,
        ConditionState.PROOF_GIVEN,
        ConditionState.MET,
    }
    assert Condition.objects.filter(state=ConditionState.OPEN, due_on__lt=SCENARIO).exists()
    assert Condition.objects.filter(state=ConditionState.OPEN, due_on__gte=SCENARIO).exists()


def test_load_holds_every_kind_of_review_dissent_and_a_stale_decision(demo):
    assert set(Review.objects.values_list("kind", flat=True)) == set(ReviewKind.values)
    assert ReferralMember.objects.filter(dissents=True).exists()
    assert StaleDecision.objects.exists()
    assert Question.objects.filter(answered_at__isnull=True).exists()
    assert Question.objects.filter(answered_at__isnull=False).exists()
    assert UseCase.objects.filter(state=State.APPROVED, rereview_on__lte=SCENARIO).exists()


def test_load_shows_a_desk_at_work(demo):
    """Threads open and resolved, mentions, a difference to reconcile, what reviewers said."""
    threads = Thread.objects.filter(comments__mentions__isnull=False)
    assert threads.filter(resolved_at__isnull=True).exists()
    assert threads.filter(resolved_at__isnull=False).exists()
    for name in ("reviewer2", "reviewer3"):
        assert waiting.count_of(User.objects.get(username=name), Turn.RECONCILE) >= 1
    assert len(set(Expertise.objects.values_list("user", flat=True))) == 2
    assert Absence.objects.filter(last_on__gte=SCENARIO).exists()
    assert ConflictOfInterest.objects.filter(ended_at__isnull=True).exists()


def test_load_grants_an_accessibility_exception_on_a_countersigned_decision(demo):
    granted = PolicyException.objects.filter(state=RequestState.GRANTED, until__gte=SCENARIO)

    assert granted.exists()
    assert all(one.decision.decision_round.needs_countersignature for one in granted)
    assert all(one.granted_by != one.countersigned_by for one in granted)


def test_load_keeps_files_that_are_what_they_say(demo):
    starts = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "text/csv": b""}
    kinds = set()
    for evidence in Evidence.objects.all():
        with evidence.file.open("rb") as file:
            content = file.read()
        assert content.startswith(starts[evidence.media_type])
        assert len(content) == evidence.size
        kinds.add(evidence.media_type)

    assert kinds == set(starts)


def test_load_happens_in_business_time_and_never_after_the_scenario_day(demo):
    days = AuditEvent.objects.exclude(
        kind__in=[
            AuditKind.DEMO_LOADED,
            AuditKind.CATALOGUE_SYNCED,
            AuditKind.LADDERS_SYNCED,
            AuditKind.ROLES_SYNCED,
        ]
    ).values_list("business_on", flat=True)

    assert date(2022, 5, 1) < min(days) < date(2022, 6, 21)
    assert date(2023, 5, 20) < max(days) < SCENARIO
    assert {day.year for day in days} == {2022, 2023}
    assert all(day.weekday() < 5 for day in days)


def test_load_keeps_the_people_rules(demo):
    for review in Review.objects.filter(is_sensitive=True, decision_rounds__isnull=False):
        reviewers = set(
            review.assignments.filter(recused_at__isnull=True).values_list("reviewer", flat=True)
        )
        for decided in review.decision_rounds.all():
            assert decided.needs_countersignature
            assert decided.decided_by_id not in reviewers


def test_load_sets_the_clock_to_the_scenario_day(demo):
    assert (NOW + clock.offset()).date() == SCENARIO
    assert (NOW + clock.offset()).time() == time(6)
    assert DemoClock.objects.count() == 1


def test_the_demo_owes_no_reminder_of_a_day_before_it_began(demo):
    """Each open deadline looks at its nearest step, and passes over none."""
    begun = datetime.combine(SCENARIO, loading.BEGINS_AT)
    with transaction.atomic():
        planned = planning.plan(at=begun, on=SCENARIO)
        transaction.set_rollback(True)
    assert planned.rows > 0
    assert planned.missed == 0


def test_no_mention_of_a_day_before_it_began_leaves_as_if_it_were_new(demo):
    assert Comment.objects.filter(mentions__isnull=False).exists()
    assert not Mail.objects.exists()


def test_load_gives_every_account_the_password_and_nobody_else_one(demo):
    assert demo.accounts == len(ACCOUNTS) == 13
    for name in ACCOUNTS:
        assert User.objects.get(username=name).has_usable_password()
    assert authenticate(username="requester", password=PASSWORD) is not None
    others = User.objects.exclude(username__in=ACCOUNTS)
    assert others.exists()
    assert not any(person.has_usable_password() for person in others)
    assert [person.username for person in User.objects.filter(is_staff=True)] == ["admin"]
    assert not User.objects.filter(is_superuser=True).exists()


def test_load_leaves_a_loaded_demo_alone(demo):
    before = AuditEvent.objects.count(), IntendedUse.objects.count(), User.objects.count()

    again = load()

    assert not again.is_new
    assert again.states == demo.states
    assert (
        AuditEvent.objects.count(),
        IntendedUse.objects.count(),
        User.objects.count(),
    ) == before


def test_load_writes_one_event_of_its_own_and_the_chain_holds(demo):
    assert AuditEvent.objects.filter(kind=AuditKind.DEMO_LOADED).count() == 1
    assert AuditEvent.objects.latest("seq").kind == AuditKind.DEMO_LOADED
    assert audit.verify().ok


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_account_signs_in_and_opens_every_place_of_the_navigation(demo, client, name):
    signed_in = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    home = client.get("/")
    answers = {place.url: client.get(place.url).status_code for place in home.context["navigation"]}

    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
    assert len(answers) >= 4
    assert set(answers.values()) == {200}


def test_a_lead_opens_every_decision_and_every_open_review(demo, client):
    client.force_login(User.objects.get(username="lead"))
    decided = UseCase.objects.filter(decision_rounds__isnull=False).distinct()
    open_ = Review.objects.filter(closed_at__isnull=True)
    addresses = [
        *(reverse("reviews:decision", args=[case.reference]) for case in decided),
        *(reverse("reviews:review", args=[review.uid]) for review in open_),
        *(reverse("reviews:referral", args=[one.uid]) for one in Referral.objects.all()),
    ]

    bad = {one: code for one in addresses if (code := client.get(one).status_code) != 200}

    assert bad == {}


def test_every_step_of_the_story_is_told_before_the_usual_scenario_day():
    assert len(story.steps(until=SCENARIO)) == len(story.steps(until=date(2030, 1, 1)))


def test_steps_stop_before_an_earlier_scenario_day():
    told = story.steps(until=date(2022, 9, 1))

    assert told
    assert max(step.on for step in told) < date(2022, 9, 1)
    assert told == sorted(told, key=lambda step: step.at)


def test_a_step_that_nobody_knows_names_its_place():
    step = Step(NOW, "some-case", "juggle", "lead", {}, {})

    with pytest.raises(BadDataFile, match="some-case on 2026-11-23: nobody knows how to “juggle”"):
        loading._act(None, step)
