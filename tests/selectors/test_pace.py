"""Who will miss the last day at a pace, and what the curve counts."""

from datetime import date, timedelta

import pytest

from reviews.domain.enums import DeploymentStatus as Status
from reviews.models import Deployment
from reviews.selectors.sunset import pace
from tests.builders import NOW, TODAY, customer
from tests.builders_access import capability
from tests.builders_mail import deadline

pytestmark = pytest.mark.django_db
A_DAY = 7.0


def running(name, status, last_day=date(2023, 6, 3), **fields):
    given = {"registered_at": NOW - timedelta(days=100), **fields}
    row = Deployment.objects.create(
        customer=customer(name), capability=capability("emotion"), use="x", status=status, **given
    )
    deadline(row, last_day=last_day, is_open=status.is_running)
    return row


def names(a_week):
    found = pace.missing(Deployment.objects.all(), a_week=a_week, at=NOW)
    return [row.customer.name for row in found.select_related("customer")]


@pytest.fixture
def five(catalogue):
    """Three days are left, the last one included: June 1, 2 and 3."""
    running("silent", Status.NOTIFIED)
    running("heard", Status.NOTIFIED, heard_at=NOW)
    running("planned", Status.PLAN_FILED)
    running("leaving", Status.MIGRATING)
    running("found", Status.DISCOVERED)


def test_the_farthest_on_the_way_make_it_first(five):
    assert names(A_DAY) == ["silent", "found"]
    assert names(A_DAY * 4 / 3) == ["found"]
    assert names(A_DAY * 5 / 3) == []
    assert names(0) == ["leaving", "planned", "heard", "silent", "found"]


def test_what_is_overdue_or_ended_is_no_candidate(five):
    running("late", Status.MIGRATING, last_day=TODAY - timedelta(days=1))
    running("ended", Status.DISCONTINUED, discontinued_on=TODAY)

    assert names(A_DAY) == ["silent", "found"]


def test_a_later_last_day_leaves_more_time(five):
    running("extended", Status.DISCOVERED, last_day=date(2023, 12, 31))

    assert names(A_DAY) == ["silent", "found"]


def test_what_counts(catalogue):
    running("running", Status.NOTIFIED)
    running("ended", Status.DISCONTINUED, discontinued_on=TODAY - timedelta(days=10))
    running("never theirs", Status.NOT_THEIRS)
    running(
        "ended before it was known",
        Status.DISCONTINUED,
        discontinued_on=TODAY - timedelta(days=200),
    )
    Deployment.objects.create(
        customer=customer("no sunset"), capability=capability("blur"), use="x", registered_at=NOW
    )

    found = pace.pace(Deployment.objects.all(), on=TODAY)

    assert (found.running, found.stopped) == (1, 2)
    assert found.last_day == date(2023, 6, 3)
    assert max(point.running for point in found.curve.points) == 2
    assert min(point.running for point in found.curve.points) >= 0
    assert found.needed == pytest.approx(7 / 3)


def test_the_last_day_of_most(catalogue):
    running("one", Status.NOTIFIED, last_day=date(2023, 12, 31))
    for number in range(2):
        running(f"two {number}", Status.NOTIFIED, last_day=date(2023, 6, 30))

    assert pace.pace(Deployment.objects.all(), on=TODAY).last_day == date(2023, 6, 30)


def test_nothing_at_all(catalogue):
    found = pace.pace(Deployment.objects.all(), on=TODAY)

    assert (found.running, found.curve, found.foretold) == (0, None, None)
