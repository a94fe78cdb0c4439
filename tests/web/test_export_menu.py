"""The export menu stands on every list, with the filter of the list."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from reviews.domain.enums import Role
from tests.builders import user

pytestmark = pytest.mark.django_db

LISTS = {
    "use_cases": "use-cases",
    "reviews": "reviews",
    "conditions": "conditions",
    "sunset": "deployments",
    "access": "access-applications",
    "access_grants": "access-grants",
    "access_exceptions": "exceptions",
    "access_extensions": "extensions",
    "access_customers": "customers",
    "outbox": "mails",
    "teams": "teams",
}


@pytest.fixture
def lead(client, roles, catalogue):
    person = user("lead", Role.LEAD)
    client.force_login(person)
    return person


@pytest.mark.parametrize(("name", "resource"), LISTS.items())
def test_every_list_has_its_export(client, lead, name, resource):
    page = client.get(reverse(f"reviews:{name}"))

    for form in ("csv", "ndjson", "xlsx", "parquet"):
        assert f'formaction="{reverse("reviews:export", args=[resource, form])}"' in page.text


def test_the_menu_keeps_the_filter_and_leaves_the_page_out(client, lead):
    page = client.get(reverse("reviews:use_cases"), {"state": ["draft", "refused"], "q": ""})

    assert '<input type="hidden" name="state" value="draft">' in page.text
    assert '<input type="hidden" name="state" value="refused">' in page.text
    assert "with this filter" in page.text
    assert 'type="hidden" name="cursor"' not in page.text


def test_a_person_who_may_not_open_the_list_gets_no_menu(roles):
    assert drawn('{% export_menu "mails" %}', user("ana")).strip() == ""


def test_a_chart_links_to_the_rows_behind_it(roles):
    link = drawn('{% export_url "use-cases" "csv" state="in_review" team="" %}', user("ana"))

    assert link == "/exports/use-cases.csv?state=in_review"


def drawn(markup, person):
    request = RequestFactory().get("/")
    request.user = person
    return Template("{% load exporting %}" + markup).render(Context({"request": request}))
