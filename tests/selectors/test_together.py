"""Several tables in one query read as each of them alone."""

from datetime import UTC, datetime, timedelta

import pytest

from reviews.domain.enums import Role
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Capability,
    CustomerContact,
    Deadline,
    Deployment,
    LadderStep,
    Submission,
    UseCase,
)
from reviews.selectors.together import Rows, together
from tests.builders import NOW, customer, user
from tests.builders_access import granted
from tests.builders_deciding import office
from tests.builders_reviewing import in_review
from tests.builders_sunset import contact, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(roles, catalogue):
    people = office()
    in_review(people)
    granted(people.team, people.requester, lead=people.lead)
    owner = user("owner", Role.SUNSET_OWNER)
    row = waiting(customer("Mine", owner=owner))
    contact(row.customer, "Zoe", bounced_at=datetime(2023, 5, 1, 9, 30, 0, 123456, tzinfo=UTC))
    contact(row.customer, "Ann", deployment=row)
    contact(row.customer, "Ben", departed_at=NOW - timedelta(days=3))


def columns(rows):
    return [
        {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
        for row in rows
    ]


def test_every_kind_of_column_comes_back_as_it_is(everything):
    models = [
        AccessApplication,
        AccessGrant,
        Capability,
        CustomerContact,
        Deadline,
        Deployment,
        LadderStep,
        Submission,
        UseCase,
    ]

    read = together(**{one.__name__: Rows(one.objects.all()) for one in models})

    for one in models:
        alone = list(one.objects.all())
        assert alone, one
        assert columns(read[one.__name__]) == columns(alone)
        assert read[one.__name__] == alone


def test_order_limit_and_distinct_hold(everything):
    read = together(
        backwards=Rows(CustomerContact.objects.order_by("-name")),
        two=Rows(CustomerContact.objects.order_by("name")[:2]),
        once=Rows(Deployment.objects.filter(customer__contacts__isnull=False).distinct()),
        none=Rows(CustomerContact.objects.none()),
    )

    assert [one.name for one in read["backwards"]] == ["Zoe", "Ben", "Ann"]
    assert [one.name for one in read["two"]] == ["Ann", "Ben"]
    assert len(read["once"]) == 1
    assert read["none"] == []


def test_what_is_selected_is_there_without_a_query(everything, django_assert_num_queries):
    with django_assert_num_queries(1):
        read = together(contacts=Rows(CustomerContact.objects.all(), "deployment", "customer"))
        uses = [one.deployment.use if one.deployment else None for one in read["contacts"]]
        names = {one.customer.name for one in read["contacts"]}

    assert uses.count(None) == 2 and len(set(uses)) == 2
    assert names == {customer_name for (customer_name,) in
                     CustomerContact.objects.values_list("customer__name")}  # fmt: skip
