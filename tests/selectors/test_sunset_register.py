"""The register's reads: hygiene in SQL as in Python, the last day as the page reckons it."""

from datetime import date, timedelta
from itertools import product

import pytest

from reviews.domain.enums import DeploymentStatus, Role, SubjectKind, Trouble
from reviews.models import Deadline, Deployment
from reviews.selectors import customers
from reviews.selectors import waiting as turns
from reviews.selectors.sunset import hygiene, register
from reviews.services import extensions
from reviews.web import waiting as tasks
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import decided_case, deployment, granted_exception
from tests.builders_deciding import office
from tests.builders_sunset import WHEN, contact, waiting

pytestmark = pytest.mark.django_db

STANDINGS = {
    "confirmed": {},
    "new": {"confirmed_at": None},
    "bounced": {"bounced_at": NOW},
    "gone": {"departed_at": NOW},
}


@pytest.fixture
def owner(roles, catalogue):
    return user("owner", Role.SUNSET_OWNER)


@pytest.mark.parametrize("has_owner", [True, False])
def test_troubles_are_the_same_in_sql_and_in_python(owner, has_owner):
    """Every pair of a contact of the customer and one of the deployment, none included."""
    for wide, own in product([None, *STANDINGS], repeat=2):
        of = customer(owner=owner if has_owner else None)
        row = deployment(of, use=f"{wide} {own}")
        if wide:
            contact(of, "Wide", **STANDINGS[wide])
        if own:
            contact(of, "Own", deployment=row, **STANDINGS[own])
    deployment(customer(), use="closed", status=DeploymentStatus.DISCONTINUED)

    everything = Deployment.objects.all()
    for trouble in Trouble:
        in_sql = set(hygiene.troubled(everything, trouble).values_list("use", flat=True))
        in_python = {
            row.use
            for row in everything.select_related("customer")
            if trouble in hygiene.troubles(row, row.customer.contacts.all())
        }
        assert in_sql == in_python, trouble
    any_sql = set(hygiene.any_trouble(everything).values_list("use", flat=True))
    assert any_sql == {
        row.use for row in everything if hygiene.troubles(row, row.customer.contacts.all())
    }


def test_own_contacts_speak_before_the_customers(owner):
    of = customer(owner=owner)
    row = waiting(of)
    wide = contact(of, "Wide")
    assert hygiene.speaking(row, [wide]) == [wide]
    own = contact(of, "Own", deployment=row, confirmed_at=None)

    assert hygiene.speaking(row, [wide, own]) == [own]
    assert hygiene.counts(owner)[Trouble.NEVER_CONFIRMED] == 1
    own.bounced_at = NOW
    assert hygiene.speaking(row, [wide, own]) == [own, wide]
    assert hygiene.reply_to(row) == owner.email


def test_the_last_day_of_the_list_is_that_of_the_page(owner):
    of = customer(owner=owner)
    rows = [
        waiting(of, use="a"),
        waiting(of, "verify", use="b", time_zone="Pacific/Kiritimati"),
        waiting(of, use="c"),
    ]
    asked = extensions.ask(rows[2], until=date(2023, 9, 30), reason="August.", by=owner, **WHEN)
    extensions.grant(asked, reason="Once.", by=user("lead", Role.LEAD), **WHEN)
    moment = NOW.replace(month=6, day=30, hour=10, minute=30)

    lines = register.lines(rows, at=moment)

    assert [line.days_left for line in lines] == [0, -1, 92]
    assert [line.is_overdue for line in lines] == [False, True, False]
    for line in lines:
        page = customers.standing_of(line.row, at=moment)
        assert (line.last_on, line.days_left) == (page.last_on, page.days_left)
    assert lines[2].extension == asked
    assert (
        Deadline.objects.filter(subject_kind=SubjectKind.DEPLOYMENT, subject_id=rows[2].pk).count()
        == 2
    )


def test_an_exception_moves_the_day_on_the_page_as_in_the_list(owner):
    people = office()
    case = decided_case(people)
    case.customer = customer(owner=owner)
    case.save(update_fields=["customer"])
    granted_exception(people, case)

    row = waiting(case.customer)
    (line,) = register.lines([row], at=NOW)
    page = customers.standing_of(row, at=NOW)

    assert line.last_on == page.last_on == date(2024, 5, 31)
    assert page.excepted is not None


def test_the_first_overdue_day_is_the_first_of_july(owner):
    row = waiting(customer(owner=owner), time_zone="UTC")
    last_moment = NOW.replace(month=6, day=30, hour=23, minute=59)

    assert register.lines([row], at=last_moment)[0].days_left == 0
    (late,) = register.lines([row], at=last_moment + timedelta(minutes=1))
    assert (late.days_left, late.is_overdue) == (-1, True)


def test_contacts_to_mend_wait_for_their_owner(owner):
    mine = waiting(customer("Mine", owner=owner))
    waiting(customer("Other", owner=user("other", Role.SUNSET_OWNER)))
    fine = customer("Fine", owner=owner)
    contact(fine)
    waiting(fine)

    (found,) = turns.page(owner, on=TODAY, cursor="").rows
    assert tasks.task(found, on=TODAY).url == mine.get_absolute_url()
