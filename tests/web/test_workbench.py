"""The workbench: tabs, lists, filters, counts, and what they cost."""

import re

import pytest
from django.urls import reverse

from reviews.domain.enums import Role
from tests.builders import user
from tests.builders_deciding import office
from tests.builders_reviewing import assigned, in_review, signed

pytestmark = pytest.mark.django_db
URL = "/reviews/"


@pytest.fixture
def people(roles, catalogue):
    return office()


def get(client, person, query=""):
    client.force_login(person)
    return client.get(URL + query)


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def rows_of(response) -> int:
    return len(re.findall(r'<th scope="row">', response.text))


def test_the_address_is_the_one_everybody_knows():
    assert reverse("reviews:reviews") == URL


def test_waiting_on_me_names_verb_case_reason_and_time_with_zone(client, people):
    review = in_review(people, title="Yard camera")
    assigned(review, people.reviewer, people)

    page = get(client, people.reviewer)

    assert f"Review {review.use_case.reference}" in words(page)
    assert "Yard camera" in words(page)
    assert "You are assigned as a reviewer. 0 of 8 required items answered" in words(page)
    assert "1 June 2023, 11:30" in words(page)
    assert "(Europe/Berlin)" not in words(page)  # the foot of the page says it once
    assert 'title="1 June 2023, 11:30 (Europe/Berlin)"' in page.text
    assert reverse("reviews:review", args=[review.uid]) in page.text


def test_each_line_leads_to_where_the_work_is_done(client, people):
    unassigned = in_review(people)
    done = in_review(people)
    assigned(done, people.reviewer, people)
    signed(done, people.reviewer)

    page = get(client, people.lead)

    assert reverse("reviews:review_assign", args=[unassigned.uid]) in page.text
    assert reverse("reviews:decision", args=[done.use_case.reference]) in page.text


@pytest.mark.parametrize("view", ["waiting", "assign", "all"])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_count_on_a_tab_is_the_length_of_its_list(client, people, view, count):
    for _ in range(count):
        in_review(people)

    page = get(client, people.lead, f"?view={view}")

    tab = re.search(rf'view={view}"[^>]*>[^<]*<span class="count">(\d+)</span>', page.text)
    assert int(tab.group(1)) == rows_of(page) == count


@pytest.mark.parametrize("view", ["waiting", "assign", "all"])
@pytest.mark.parametrize("count", [1, 3])
def test_every_list_costs_the_same_for_any_number_of_rows(
    client, people, view, count, django_assert_max_num_queries
):
    for _ in range(count):
        assigned(in_review(people, sensitive=True), people.reviewer, people)

    get(client, people.lead)  # signed in, everything warm

    # session, user, clock, 2 x permissions, roles; three counts, the list, at most two prefetches
    with django_assert_max_num_queries(9):
        page = client.get(f"{URL}?view={view}")

    assert rows_of(page) == count


def test_empty_lists_say_why_and_where_to_go(client, people):
    assert "Nothing waits for you" in words(get(client, people.reviewer))
    assert "Every review has its reviewers" in words(get(client, people.lead, "?view=assign"))
    assert "Nothing is in review" in words(get(client, people.lead, "?view=all"))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?view=all&q=yard", {"Yard camera"}),
        ("?q=YARD", {"Yard camera"}),
        ("?view=all&sensitive=yes", {"Turnstile"}),
        ("?view=all&reviewer=none", {"Yard camera"}),
        ("?view=all&reviewer=me", {"Turnstile"}),
        ("?view=all&state=needs_information", set()),
        ("?view=all&kind=initial", {"Yard camera", "Turnstile"}),
    ],
)
def test_everything_in_review_is_filtered(client, people, query, titles):
    in_review(people, title="Yard camera")
    assigned(in_review(people, title="Turnstile", sensitive=True), people.reviewer, people)

    page = get(client, people.reviewer, query)

    assert {one for one in ("Yard camera", "Turnstile") if f">{one}</a>" in page.text} == titles


def test_taking_the_last_filter_away_stays_on_the_list(client, people):
    page = get(client, people.reviewer, "?q=yard")

    assert f'class="chip" href="{URL}?view=all"' in page.text


@pytest.mark.parametrize("query", ["?stat=x", "?view=mine", "?view=waiting&q=a", "?cursor=zz"])
def test_an_unknown_view_filter_or_page_is_refused(client, people, query):
    assert get(client, people.reviewer, query).status_code == 400


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.PANEL, Role.AUDITOR, Role.ADMIN])
def test_the_office_opens_the_workbench(client, people, role):
    assert get(client, user("somebody", role)).status_code == 200


def test_a_requester_is_told_for_whom_it_is(client, people):
    page = get(client, people.requester)

    assert page.status_code == 403
    assert "for reviewers, leads, panel members and auditors" in words(page)


def test_anonymous_people_sign_in_first(client, db):
    assert client.get(URL).status_code == 302


def test_only_leads_have_a_list_to_assign(client, people):
    assert "To assign" not in words(get(client, people.reviewer))
    assert "To assign" in words(get(client, people.lead))
