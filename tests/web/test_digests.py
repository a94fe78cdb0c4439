"""The digest and the start page say the same."""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role
from reviews.selectors.sunset.digests import waiting_for
from tests import builders, builders_access, builders_deciding
from tests.builders import TODAY
from tests.builders_reminding import followed, owned, running

pytestmark = pytest.mark.usefixtures("roles", "catalogue")


def test_the_digest_lists_what_the_start_page_lists(client):
    people = builders_deciding.office()
    builders_access.filed(people.team, people.requester)
    builders_deciding.awaiting_decision(people)
    row = running(of=owned())
    followed(row, on=TODAY)
    everybody = {
        people.requester,
        people.lead,
        people.lead2,
        row.customer.owner,
        builders.user("", Role.REVIEWER),
    }

    found = 0
    for person in everybody:
        client.force_login(person)
        tasks = client.get(reverse("reviews:home")).context["tasks"]
        items = waiting_for(person, TODAY)
        assert sorted(task.url for task in tasks) == sorted(item.path for item in items)
        found += len(items)
    assert found >= 3
