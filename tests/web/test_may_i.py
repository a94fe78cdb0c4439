"""The page "May I use this?": the answer, the next question, and what a link may say."""

import re

import pytest
from django.urls import reverse

from reviews.domain.enums import Origin, Role
from reviews.models import Capability, Deployment
from reviews.web.forms.may_i import QUESTIONS
from tests.builders import NOW, customer, team, use_case, user
from tests.gate_questions import CATALOGUE, day

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

URL = "/may-i/"


@pytest.fixture
def person(client):
    """Somebody with a team, signed in; business days are theirs."""
    one = user("requester", Role.REQUESTER)
    client.force_login(one)
    return one


def text_of(response):
    """The page's words, without the tags."""
    html = re.sub(r"<(style|script)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def hidden(response):
    found = re.findall(r'type="hidden" name="([\w.-]+)" value="([^"]*)"', response.content.decode())
    return [pair for pair in found if pair[0] != "csrfmiddlewaretoken"]


def asked_fields(response):
    shown = response.context["shown"]
    return list(shown.question.fields) if shown.question else []


def test_may_i_asks_people_to_sign_in(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_may_i_begins_with_every_capability_and_nothing_else(client, person):
    response = client.get(URL)

    assert response.status_code == 200
    assert all(f'value="{slug}"' in response.content.decode() for slug in CATALOGUE)
    assert "shown" not in response.context


def test_may_i_answers_at_once_and_asks_what_changes_the_answer(client, person):
    response = client.get(URL, {"capability": "emotion", "on": "2022-07-01"})

    words = text_of(response)
    assert "Cannot say yet" in words
    assert "Was the customer using “Emotion” on 21 June 2022?" in words
    assert asked_fields(response) == ["existing"]
    assert ("capability", "emotion") in hidden(response)
    assert ("on", "2022-07-01") in hidden(response)


def test_may_i_says_until_when_and_by_when(client, person):
    said = {"capability": "identify", "existing": "yes", "on": "2023-06-01"}

    response = client.get(URL, said)

    words = text_of(response)
    assert "Yes, for now" in words
    assert "Last permitted day 30 June 2023 · 29 days left" in words
    assert "Last safe filing day 16 June 2023 · 15 days left" in words
    assert "file an application by 16 June 2023" in words


def test_may_i_counts_the_days(client, person):
    said = {"capability": "emotion", "existing": "yes", "purpose": "general"}
    days = {
        "2023-06-29": "1 day left",
        "2023-06-30": "that is today",
        "2023-07-01": "overdue by 1 day",
    }

    for on, words in days.items():
        assert f"30 June 2023 · {words}" in text_of(client.get(URL, said | {"on": on}))


def test_may_i_refuses_with_the_rule_and_what_else_is_possible(client, person):
    said = {"capability": "emotion", "existing": "no", "purpose": "general", "on": "2023-01-10"}

    response = client.get(URL, said)

    words = text_of(response)
    assert "No, not for this use" in words
    assert "closed to new customers since 21 June 2022" in words
    assert "What else is possible Ask people how they feel" in words
    assert "RETIRED-NEW emotion@2022-06-21 v1" in words
    assert response.context["shown"].filing_url == ""
    assert response.context["shown"].question is None


def test_may_i_leads_from_question_to_question_to_an_answer(client, person):
    said = {"capability": "verify", "on": "2023-01-10"}
    answers = {
        "existing": "no",
        "managed": "yes",
        "sector": "commercial",
        "use": "UC-C2",
        "end_user": "other",
        "realtime_bodycam": "no",
    }
    asked = []

    while fields := asked_fields(client.get(URL, said)):
        asked.append(fields)
        said |= {name: answers[name] for name in fields}

    assert asked == [
        ["existing"],
        ["managed"],
        ["sector", "use"],
        ["end_user"],
        ["realtime_bodycam"],
    ]
    answered = client.get(URL, said)
    assert "Not yet: apply first" in text_of(answered)
    assert f'href="{reverse("reviews:access_apply")}?capability=verify"' in answered.text


def test_may_i_leads_to_an_application_for_each_capability_that_wants_one(client, person):
    known = customer("Northwind", owner=person, is_managed=True)
    said = {
        "capability": ["verify", "identify"],
        "customer": str(known.uid),
        "existing.verify": "no",
        "existing.identify": "no",
        "sector": "commercial",
        "use": "UC-C2",
        "end_user": "other",
        "realtime_bodycam": "no",
        "on": "2023-01-10",
    }

    shown = client.get(URL, said).context["shown"]

    here = reverse("reviews:access_apply")
    wanted = {f"{here}?capability={slug}&customer={known.uid}" for slug in ("verify", "identify")}
    assert {url for _name, url in shown.applying} == wanted


def test_may_i_says_what_to_find_out_when_nobody_knows(client, person):
    said = {
        "capability": "emotion",
        "existing": "unknown",
        "purpose": "general",
        "on": "2023-01-10",
    }

    response = client.get(URL, said)

    assert "Find this out, then ask again Was the customer using “Emotion”" in text_of(response)
    assert response.context["shown"].question is None


def test_may_i_shows_the_strictest_of_several_first(client, person):
    said = {
        "capability": ["blur", "verify", "emotion"],
        "on": "2023-01-10",
        "existing.emotion": "no",
        "existing.verify": "yes",
        "purpose": "general",
        "end_user": "other",
    }

    panels = client.get(URL, said).context["shown"].panels

    assert [(panel.slug, panel.answer.value) for panel in panels] == [
        ("emotion", "refused"),
        ("verify", "go_on"),
        ("blur", "open"),
    ]


def test_may_i_asks_several_capabilities_apart_whether_they_were_in_use(client, person):
    said = {"capability": ["verify", "emotion"], "on": "2023-01-10", "purpose": "general"}

    first = asked_fields(client.get(URL, said))
    second = asked_fields(client.get(URL, said | {first[0]: "yes"}))

    assert {*first, *second} == {"existing.verify", "existing.emotion"}


def test_may_i_counts_what_the_register_knows(client, person):
    row = customer("Contoso", is_managed=True)
    use_case(team("Door", person), by=person, customer=row, origin=Origin.IMPORTED)
    Deployment.objects.create(
        customer=row,
        capability=Capability.objects.get(slug="identify"),
        use="Doors",
        in_use_since=day("2021-03-01"),
        registered_at=NOW,
    )

    response = client.get(URL, {"capability": "identify", "customer": row.uid, "on": "2023-01-10"})

    words = text_of(response)
    assert "Yes, for now" in words
    assert "What the register knows about Contoso counts" in words


def test_may_i_does_not_tell_of_a_customer_whom_the_person_may_not_see(client, person):
    stranger = customer("Fabrikam")

    response = client.get(URL, {"capability": "identify", "customer": stranger.uid})

    assert response.status_code == 400
    assert "There is no such customer, or you may not see it." in text_of(response)
    assert "Fabrikam" not in text_of(response)


def test_may_i_carries_what_was_said_into_the_form(client, person):
    said = {
        "capability": "verify",
        "existing": "no",
        "managed": "yes",
        "use": "UC-C2,UC-K3",
        "sector": "commercial",
        "end_user": "other",
        "on": "2023-01-10",
    }

    url = client.get(URL, said).context["shown"].filing_url

    path, _mark, query = url.partition("?")
    assert path == reverse("reviews:use_case_new")
    assert dict(pair.split("=") for pair in query.split("&")) == {
        "capability": "verify",
        "existing": "no",
        "managed": "yes",
        "use": "UC-C2",
        "sector": "commercial",
        "end_user": "other",
    }
    assert client.get(url).status_code == 200


def test_may_i_lets_an_answer_be_changed(client, person):
    said = {"capability": "emotion", "existing": "no", "purpose": "general", "on": "2023-01-10"}

    rows = client.get(URL, said).context["shown"].said

    assert [(row.key, row.value) for row in rows] == [
        ("Was the customer using “Emotion” on 21 June 2022?", "No"),
        ("What is it for?", "General use"),
    ]
    assert asked_fields(client.get(rows[0].change_url)) == ["existing"]


UNREADABLE = [
    ({"capability": "mind-reading"}, "“mind-reading” is no capability that we know."),
    ({"capability": "emotion", "existing": "maybe"}, "Write one of: yes, no, unknown."),
    ({"capability": "emotion", "region": "Europe"}, "“Europe” is no region that we know."),
    ({"capability": "emotion", "colour": "red"}, "“colour” is nothing that this page asks."),
    ({"capability": "emotion", "probes": "P01"}, "“probes” is nothing that this page asks."),
    ({"capability": "emotion", "existing.age": "no"}, "“existing.age” is nothing that"),
    ({"capability": "emotion", "purpose.emotion": "general"}, "“purpose.emotion” is nothing"),
    ({"capability": "emotion", "on": "yesterday"}, "This is no day. Write it as 2023-06-30."),
    ({"capability": "verify", "use": "UC-C2,UC-C3"}, "ask about one use at a time"),
    ({"existing": "no"}, "Choose a capability at least."),
]


def test_may_i_says_in_words_what_it_cannot_read(client, person):
    for said, sentence in UNREADABLE:
        response = client.get(URL, said)

        assert response.status_code == 400
        assert sentence in text_of(response)
        assert "shown" not in response.context


def test_every_question_has_options_that_the_gate_reads(client, person):
    offered = [
        (fact, value) for fact, one in QUESTIONS.items() for value, _label in one.options[:7]
    ]

    refused = [
        pair
        for pair in offered
        if client.get(URL, {"capability": "emotion", pair[0]: pair[1]}).status_code != 200
    ]

    assert refused == []


def test_may_i_takes_no_post(client, person):
    assert client.post(URL, {"capability": "emotion"}).status_code == 405


@pytest.mark.parametrize("slugs", [["emotion"], ["emotion", "verify", "blur"]])
def test_may_i_costs_the_same_for_any_number_of_capabilities(
    client, person, slugs, django_assert_max_num_queries
):
    row = customer("Contoso")
    use_case(team("Door", person), by=person, customer=row, origin=Origin.IMPORTED)

    with django_assert_max_num_queries(20):
        client.get(URL, {"capability": slugs, "customer": row.uid})
