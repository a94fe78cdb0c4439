"""The boards of leads and teams: every number is the length of the list that it links to."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.domain.enums import Outcome, Role, State
from reviews.models import UseCase
from reviews.services import deciding
from tests.builders import NOW, TODAY, team, use_case, user
from tests.builders_deciding import awaiting_decision, condition_draft, decisions, office
from tests.builders_reviewing import assigned, in_review, signed
from tests.builders_walk import Walk

pytestmark = pytest.mark.django_db
BOARD = "/reviews/board/"


@pytest.fixture(autouse=True)
def business_day(monkeypatch, settings):
    """Pages take business time from the clock: here it stands on ``NOW``."""
    settings.DEMO = False
    monkeypatch.setattr("reviews.web.middleware.timezone.now", lambda: NOW)


@pytest.fixture
def people(catalogue, roles):
    return office()


def history(people, many=1):
    """Something for every section: filed, refused, decided, in review, due, overdue."""
    walk = Walk(people, office(f"b{many}"))
    walk.at = NOW - timedelta(days=60)
    for number in range(4 * many):
        for name in ("draft", "submit"):
            walk.step(name, number)
    for number in range(3 * many):
        walk.step("review", 0)
        walk.step("decide", 1 + number % 2)
    for number in range(many):
        for days in (0, 10, 40, 200):
            state = [State.AWAITING_DECISION, State.NEEDS_INFORMATION][number % 2]
            waiting = use_case(people.team, by=people.requester, state=state)
            waiting.state_since = NOW - timedelta(days=days)
            waiting.save()
        review = in_review(people)
        assigned(review, people.reviewer, people)
        signed(review, people.reviewer)
        decided = awaiting_decision(people)
        drafts = [
            condition_draft(
                people.requester, people.reviewer, text=f"{days}", due_on=TODAY + timedelta(days)
            )
            for days in (0, 20, 50)
        ]
        deciding.record_decision(
            decided,
            scenarios=decisions(decided, Outcome.WITH_CONDITIONS, tuple(drafts)),
            by=people.lead,
            at=NOW,
            on=TODAY,
        )
        UseCase.objects.filter(pk=decided.pk).update(rereview_on=TODAY + timedelta(days=-3))
        assigned(in_review(people), people.reviewer2, people)


def linked_numbers(page):
    """(number, address) of everything on the page that is a number and a link."""
    html = page.content.decode()
    tiles = re.findall(
        r'<a class="stat[^"]*" href="([^"]+)">\s*<span class="stat__figure">(\d+)</span>', html
    )
    cells = re.findall(r'<td class="numeric"[^>]*><a href="([^"]+)">(\d+)<', html)
    return [(int(number), unescape(address)) for address, number in tiles + cells]


def listed(client, address):
    """How many rows the list has over all its pages."""
    count = 0
    while address:
        page = client.get(address)
        assert page.status_code == 200, address
        name = "lines" if "lines" in page.context else "page"
        found = page.context[name]
        count += len(found if name == "lines" else found.rows)
        address = page.context["next_url"]
    return count


def wrong(client, address):
    numbers = linked_numbers(client.get(address))
    return len(numbers), [
        (number, url, there) for number, url in numbers if (there := listed(client, url)) != number
    ]


@pytest.mark.parametrize("days", [30, 90, 365])
def test_every_number_of_the_lead_is_the_length_of_its_list(client, people, days):
    history(people, 2)
    client.force_login(people.lead)

    count, differing = wrong(client, f"{BOARD}?days={days}")

    assert count > 40
    assert differing == []


def test_a_reviewer_reads_the_same_board(client, people):
    history(people)
    client.force_login(people.reviewer)

    count, differing = wrong(client, BOARD)

    assert count > 30
    assert differing == []


def test_every_number_of_a_team_is_the_length_of_its_list(client, people):
    history(people)
    team("Another", people.requester)
    client.force_login(people.requester)

    count, differing = wrong(client, f"/teams/{people.team.uid}/board/")

    assert count > 10
    assert differing == []


def test_each_section_shows_something_and_is_named(client, people):
    history(people)
    client.force_login(people.lead)

    sections = {one.name: one for one in client.get(BOARD).context["sections"]}

    assert set(sections) == {
        "intake",
        "states",
        "cuts",
        "decisions",
        "workload",
        "due",
        "refusals",
        "coverage",
    }
    for one in sections.values():
        assert one.tables[0].rows, one.name
        assert one.rows_url, one.name
        assert one.chart or one.name == "cuts", one.name
        if one.name != "cuts":
            rows = client.get(one.export_url.replace(".csv", "/rows/")).content.decode()
            there = listed(client, one.rows_url)
            assert rows.strip() in (f"{there} rows.", f"{there} row."), one.name


def test_of_fewer_than_five_decisions_no_median_is_said(client, people):
    for number in range(5):
        case = awaiting_decision(people)
        case.reviews.update(opened_on=TODAY - timedelta(days=6))  # a Friday
        deciding.record_decision(case, scenarios=decisions(case), by=people.lead, at=NOW, on=TODAY)
        client.force_login(people.lead)
        texts = _decision_cells(client)
        assert texts == ([str(number + 1), "too few", "too few"] if number < 4 else ["5", "4", "4"])


def _decision_cells(client):
    page = client.get(f"{BOARD}?days=90")
    section = next(one for one in page.context["sections"] if one.name == "decisions")
    return [cell.text for cell in section.tables[0].rows[0].cells]


def test_the_board_is_not_for_requesters(client, people):
    client.force_login(people.requester)

    assert client.get(BOARD).status_code == 403
    assert client.get("/reviews/board/rows/verdicts/").status_code == 403
    assert client.get("/reviews/people/").status_code == 403


def test_a_teams_board_is_not_found_by_others(client, people):
    client.force_login(user("stranger", Role.REQUESTER))

    assert client.get(f"/teams/{people.team.uid}/board/").status_code == 404


def test_rows_show_only_cases_that_the_reader_sees(client, people):
    history(people)
    client.force_login(user("stranger", Role.REQUESTER))

    for kind in ("filings", "decisions", "refusals", "conditions"):
        assert client.get(f"/reviews/board/rows/{kind}/").context["lines"] == []


@pytest.mark.parametrize(
    "query", [{"days": "31"}, {"days": "x"}, {"other": "1"}], ids=["31", "word", "unknown"]
)
def test_another_period_is_refused_in_words(client, people, query):
    client.force_login(people.lead)

    assert client.get(f"{BOARD}?{urlencode(query)}").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "filings/?first=x",
        "filings/?other=1",
        "decisions/?capability=nothing",
        "conditions/?due=never",
        "conditions/?cursor=damaged",
    ],
)
def test_a_damaged_address_of_rows_is_a_400(client, people, address):
    client.force_login(people.lead)

    assert client.get(f"/reviews/board/rows/{address}").status_code == 400


def test_there_is_no_other_list_of_rows(client, people):
    client.force_login(people.lead)

    assert client.get("/reviews/board/rows/secrets/").status_code == 404


def queries(client, address):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len([one for one in seen.captured_queries if not one["sql"].startswith("SAVEPOINT")])


def test_queries_do_not_grow_with_rows(client, people):
    team_board = f"/teams/{people.team.uid}/board/"
    rows = [f"/reviews/board/rows/{kind}/" for kind in
            ("filings", "decisions", "refusals", "verdicts", "conditions")]  # fmt: skip
    client.force_login(people.lead)
    history(people)
    client.get(BOARD)
    once = {one: queries(client, one) for one in (BOARD, team_board, "/reviews/people/", *rows)}

    history(people, 2)

    assert {one: queries(client, one) for one in once} == once
    assert all(count <= 12 for count in once.values()), once
    assert all(once[one] <= 6 for one in rows), once
