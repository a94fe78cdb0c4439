"""The panel's pages: ask, advise, dissent, close."""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role, State
from reviews.models import Referral
from reviews.services.referring import close, refer
from tests.builders import NOW, TODAY, user
from tests.builders_deciding import awaiting_decision, office

pytestmark = pytest.mark.django_db
WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def people(roles):
    return office()


@pytest.fixture
def panel(roles):
    return [user("panel", Role.PANEL), user("panel2", Role.PANEL)]


@pytest.fixture
def referral(people, panel):
    case = awaiting_decision(people)
    return refer(case, question="Is a pilot safe?", members=[panel[0]], by=people.lead, **WHEN)


def page_of(referral) -> str:
    return reverse("reviews:referral", args=[referral.uid])


def advice(**more) -> dict:
    return {"advice": "Only as a pilot.", "attended": "yes", "dissent": "", "advise": "1", **more}


def test_a_lead_asks_the_panel(client, people, panel):
    case = awaiting_decision(people)
    client.force_login(people.lead)
    address = reverse("reviews:refer", args=[case.reference])
    assert str(panel[1]) in client.get(address).text

    answer = client.post(
        address, {"question": "Is a pilot safe?", "members": [str(p.uid) for p in panel]}
    )

    row = Referral.objects.get()
    assert answer.url == page_of(row)
    assert [seat.user for seat in row.members.all()] == panel


def test_asking_nobody_is_refused_and_the_question_stays(client, people, panel):
    case = awaiting_decision(people)
    client.force_login(people.lead)

    page = client.post(
        reverse("reviews:refer", args=[case.reference]), {"question": "Is a pilot safe?"}
    )

    assert page.context["form"].errors["members"]
    assert "Is a pilot safe?" in page.text


def test_the_member_advises_with_dissent_and_may_change_it(client, panel, referral):
    client.force_login(panel[0])
    page = client.get(page_of(referral))
    assert "Give your advice" in page.text

    client.post(page_of(referral), advice(dissent="I would refuse it."))
    page = client.get(page_of(referral))

    assert "Change your advice" in page.text
    for words in ("Only as a pilot.", "I would refuse it.", "Dissent", "Took part"):
        assert words in page.text
    assert 'value="yes"' in page.text


def test_empty_advice_is_named(client, panel, referral):
    client.force_login(panel[0])

    page = client.post(page_of(referral), advice(advice="", dissent="I disagree."))

    assert page.context["advice"].errors["advice"]
    assert "I disagree." in page.text


def test_a_lead_closes_with_a_summary_that_the_team_reads(client, people, panel, referral):
    client.force_login(people.lead)

    client.post(page_of(referral), {"summary": "A pilot of four weeks.", "close": "1"})

    case = referral.use_case
    case.refresh_from_db()
    assert case.state == State.AWAITING_DECISION
    client.force_login(people.requester)
    page = client.get(reverse("reviews:decision", args=[case.reference]))
    assert "A pilot of four weeks." in page.text


def test_a_closed_referral_takes_nothing_and_gives_back_what_was_typed(
    client, people, panel, referral
):
    close(referral, summary="A pilot.", by=people.lead, **WHEN)
    client.force_login(panel[0])

    page = client.post(page_of(referral), advice(dissent="I would refuse it."))

    assert page.status_code == 409
    assert "This referral is closed" in page.text
    assert "Only as a pilot." in page.text
    assert "I would refuse it." in page.text
    assert not referral.members.exclude(advice="").exists()
    assert "Did not answer" in client.get(page_of(referral)).text


def test_the_second_lead_to_close_gets_the_summary_back(client, people, referral):
    close(referral, summary="A pilot.", by=people.lead, **WHEN)
    client.force_login(people.lead2)

    page = client.post(page_of(referral), {"summary": "Four weeks, then again.", "close": "1"})

    assert page.status_code == 409
    assert "Four weeks, then again." in page.text
    referral.refresh_from_db()
    assert referral.summary == "A pilot."


def test_who_may_not_advise_gets_the_words_back(client, people, referral):
    client.force_login(people.lead2)

    page = client.post(page_of(referral), advice(advice="A long considered opinion."))

    assert page.status_code == 403
    assert "A long considered opinion." in page.text


def test_who_may_read_the_advice(client, people, panel, referral):
    auditor = user("auditor", Role.AUDITOR)
    for person, status in [
        (panel[0], 200),
        (panel[1], 404),
        (people.lead2, 200),
        (people.reviewer, 200),
        (auditor, 200),
        (people.requester, 403),
        (user("stranger", Role.REQUESTER), 404),
        (user("idle", Role.REVIEWER), 403),
    ]:
        client.force_login(person)
        assert client.get(page_of(referral)).status_code == status, person


def test_the_member_finds_the_way_from_the_decision_page(client, people, panel, referral):
    address = reverse("reviews:decision", args=[referral.use_case.reference])
    for person, finds in [(panel[0], True), (people.lead2, True), (people.requester, False)]:
        client.force_login(person)
        assert (page_of(referral) in client.get(address).text) is finds


def test_nobody_advises_in_the_name_of_another(client, people, panel, referral):
    for person in (people.lead2, people.reviewer):
        client.force_login(person)
        client.post(page_of(referral), advice())

    assert not referral.members.exclude(advice="").exists()
