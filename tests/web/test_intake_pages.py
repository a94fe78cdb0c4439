"""The form's pages: autosave, two texts, sign-in in between, reading when closed."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from reviews.domain.enums import CoAuthorRight, Role, State
from reviews.models import AuditEvent, Capability, CoAuthor, DraftPage, UseCase
from tests.builders import NOW, customer, team, user
from tests.builders_intake import RECOGNITION, SHORT, draft, fill, first_scenario, merged

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(roles):
    return user("ana")


@pytest.fixture
def crew(ana):
    return team("Gate crew", ana)


@pytest.fixture
def case(catalogue, ana, crew):
    return draft(crew, by=ana)


def url(case, page="validity"):
    return reverse("reviews:use_case_page", args=[case.reference, page])


def fields(case, page="validity", **more):
    stored = DraftPage.objects.get(use_case=case, page=page)
    return {**stored.answers, "version": stored.version, **more}


def autosave(client, case, page="validity", **more):
    return client.post(url(case, page), fields(case, page, **more), headers={"X-Autosave": "1"})


def test_autosave_answers_with_the_version_and_the_time_in_the_persons_zone(client, ana, case):
    client.force_login(ana)

    reply = autosave(client, case, failure="It rings twice.")

    assert reply.status_code == 200
    assert set(reply.json()) == {"version", "saved_at_text"}
    assert reply.json()["version"] == 2
    assert reply.json()["saved_at_text"].startswith("Saved ")
    assert reply.json()["saved_at_text"].endswith("(Europe/Berlin)")
    assert DraftPage.objects.get(use_case=case, page="validity").answers["failure"] == (
        "It rings twice."
    )


def test_autosave_of_the_same_text_makes_no_version_and_no_event(client, ana, case):
    client.force_login(ana)
    events = AuditEvent.objects.count()

    assert autosave(client, case).json()["version"] == 1
    assert AuditEvent.objects.count() == events


def test_autosave_of_a_second_tab_gets_both_texts(client, ana, case):
    client.force_login(ana)
    autosave(client, case, failure="First tab.")

    reply = autosave(client, case, failure="Second tab.", version=1)

    assert reply.status_code == 409
    assert reply.json()["version"] == 2
    assert "First tab." in reply.json()["html"]
    assert "Second tab." in reply.json()["html"]
    assert DraftPage.objects.get(use_case=case, page="validity").answers["failure"] == "First tab."


def test_saving_from_a_second_tab_shows_both_texts_and_keeps_yours_in_the_form(client, ana, case):
    client.force_login(ana)
    autosave(client, case, failure="First tab.")

    page = client.post(url(case), fields(case, failure="Second tab.", version=1))

    assert page.status_code == 409
    text = page.content.decode()
    assert "First tab." in text
    assert ">\nSecond tab.</textarea>" in text
    assert 'name="version" value="2"' in text

    again = client.post(url(case), fields(case, failure="Both tabs.", version=2, go="list"))
    assert again.status_code == 302
    assert fields(case)["failure"] == "Both tabs."


def test_text_posted_after_the_session_ended_is_there_after_the_sign_in(client, ana, case):
    ana.set_password("a long enough password")
    ana.save()
    typed = fields(case, failure="Typed while signed out.", typed_by=str(ana.uid))

    reply = client.post(url(case), typed)
    assert reply.status_code == 302
    assert reply.url == f"/accounts/login/?next={url(case)}"
    signed_in = client.post(
        reply.url, {"login": "ana", "password": "a long enough password", "next": url(case)}
    )
    assert signed_in.url == url(case)

    page = client.get(url(case)).content.decode()
    assert "Typed while signed out.</textarea>" in page
    assert "Your text from before you signed in is back" in page

    client.post(url(case), typed | {"go": "list"})
    assert fields(case)["failure"] == "Typed while signed out."
    assert "from before you signed in" not in client.get(url(case)).content.decode()


def test_kept_text_is_given_to_the_person_who_typed_it_only(client, ana, crew, case):
    other = user("ben")
    crew.memberships.create(user=other, since=NOW)
    client.post(url(case), fields(case, failure="Ana's words.", typed_by=str(ana.uid)))

    client.force_login(other)

    assert "Ana&#x27;s words." not in client.get(url(case)).content.decode()


def test_a_value_that_is_no_choice_is_refused_with_words_and_loses_nothing(client, ana, case):
    client.force_login(ana)

    page = client.post(url(case, "deployment"), fields(case, "deployment", region="Atlantis"))

    assert page.status_code == 200
    assert "Atlantis is not one of the available choices" in page.content.decode()
    assert fields(case, "deployment")["region"] == "GB"


def test_the_form_offers_only_customers_whom_the_person_sees(client, ana, crew, case):
    hidden, owned = customer("Hidden Bank"), customer("Own Bank", owner=ana)
    client.force_login(ana)

    page = client.get(url(case, "deployment")).content.decode()
    assert ("Hidden Bank" in page, "Own Bank" in page) == (False, True)
    assert "Not in the list" in page

    def choose(uid):
        given = {"for_customer": "yes", "customer": str(uid)}
        return autosave(client, case, "deployment", **given).status_code

    # A customer who is hidden is answered as one who does not exist.
    assert choose(hidden.uid) == choose(uuid4()) != 200
    assert choose(owned.uid) == 200


def test_a_customer_in_a_draft_stays_a_choice_and_shows_nothing_more(client, ana, crew, case):
    boss = user("boss")
    theirs = customer("Boss Bank", owner=boss)
    client.force_login(ana)
    page = DraftPage.objects.get(use_case=case, page="deployment")
    page.answers = {**page.answers, "for_customer": "yes", "customer": str(theirs.uid)}
    page.save()
    UseCase.objects.filter(pk=case.pk).update(customer=theirs)

    assert "Boss Bank" in client.get(url(case, "deployment")).content.decode()
    assert autosave(client, case, "deployment", region="US").status_code == 200
    assert client.get(theirs.get_absolute_url()).status_code == 404


def test_save_and_continue_leads_to_the_next_page(client, ana, case):
    client.force_login(ana)

    reply = client.post(url(case), fields(case, go="next"))

    assert reply.url == url(case, "triggers")


def test_choosing_a_capability_opens_questions_on_other_pages(client, ana, case):
    client.force_login(ana)
    assert "enrolment_optional" not in client.get(url(case, "triggers")).content.decode()

    client.post(url(case, "system"), fields(case, "system", capabilities=["verify"], go="list"))

    page = client.get(url(case, "triggers")).content.decode()
    assert 'name="enrolment_optional"' in page
    assert 'name="P13"' in page


def test_a_follow_up_is_there_without_javascript_and_says_when_it_applies(client, ana, case):
    client.force_login(ana)

    page = client.get(url(case, "people")).content.decode()

    assert 'name="deciders"' in page
    assert "Only if you answered “Yes” to" in page
    assert 'data-shown-when="all;informs_decisions=yes"' in page


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.WITHDRAWN])
def test_a_page_that_cannot_be_changed_is_still_readable(client, ana, case, state):
    UseCase.objects.filter(pk=case.pk).update(state=state)
    client.force_login(ana)

    page = client.get(url(case)).content.decode()

    assert "Dark evenings." in page
    assert "<textarea" not in page
    assert "its answers can be read and exported, not changed" in page


def test_a_text_sent_when_nothing_can_be_changed_any_more_comes_back(client, ana, case):
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    client.force_login(ana)

    page = client.post(url(case), fields(case, failure="Too late, but mine."))

    assert "Too late, but mine.</textarea>" in page.content.decode()
    assert autosave(client, case, failure="Too late.").status_code == 400


@pytest.mark.parametrize("state", State)
def test_answers_can_be_exported_in_any_state(client, ana, case, state):
    UseCase.objects.filter(pk=case.pk).update(state=state)
    client.force_login(ana)

    reply = client.get(reverse("reviews:use_case_answers_json", args=[case.reference]))
    page = client.get(reverse("reviews:use_case_answers", args=[case.reference]))

    assert json.loads(reply.content)["answers"]["validity"]["limitations"] == "Dark evenings."
    assert "Dark evenings." in page.content.decode()


def test_a_stranger_sees_no_draft(client, case):
    client.force_login(user("stranger"))

    for name in ["edit", "check", "submit", "evidence", "answers", "co_authors", "withdraw"]:
        assert (
            client.get(reverse(f"reviews:use_case_{name}", args=[case.reference])).status_code
            == 404
        )
    assert client.get(url(case)).status_code == 404
    assert client.post(url(case), {"failure": "x"}).status_code == 404


def test_a_co_author_with_view_reads_but_cannot_save(client, ana, case):
    viewer = user("vera")
    CoAuthor.objects.create(
        use_case=case, user=viewer, right=CoAuthorRight.VIEW, added_by=ana, added_at=NOW
    )
    client.force_login(viewer)

    assert "Dark evenings." in client.get(url(case)).content.decode()
    assert autosave(client, case, failure="Mine.").status_code == 403
    assert fields(case)["failure"] == SHORT["validity"]["failure"]


def test_a_reviewer_reads_submissions_and_not_the_working_answers(client, case):
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    client.force_login(user("rita", Role.REVIEWER))

    assert client.get(url(case)).status_code == 403


def test_the_task_list_costs_the_same_for_any_number_of_scenarios(
    client, ana, case, django_assert_max_num_queries
):
    client.force_login(ana)
    tasks = reverse("reviews:use_case_edit", args=[case.reference])

    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(30) as few:
            assert client.get(tasks).status_code == 200
        counts.append(len(few))
        for _ in range(3):
            client.post(reverse("reviews:use_case_add_scenario", args=[case.reference]))
    assert counts[0] == counts[1]


def test_a_page_costs_the_same_for_any_number_of_scenarios(
    client, ana, case, django_assert_max_num_queries
):
    client.force_login(ana)
    fill(case, "system", {"capabilities": ["verify", "identify"]}, by=ana)

    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(30) as few:
            client.get(url(case, first_scenario(case)))
        counts.append(len(few))
        for _ in range(3):
            client.post(reverse("reviews:use_case_add_scenario", args=[case.reference]))
    assert counts[0] == counts[1]


def test_an_unknown_page_is_a_404(client, ana, case):
    client.force_login(ana)

    for page in ["nonsense", "scenario:0000", "catalogue", "scenario"]:
        assert client.get(url(case, page)).status_code == 404


def test_a_scenario_is_removed_after_a_question(client, ana, case):
    client.force_login(ana)
    added = client.post(reverse("reviews:use_case_add_scenario", args=[case.reference])).url
    key = added.split("/")[-2]
    remove = reverse("reviews:use_case_remove_scenario", args=[case.reference, key])

    assert "Remove “Scenario”?" in client.get(remove).content.decode()
    assert client.post(remove).status_code == 302

    assert not DraftPage.objects.filter(page=key).exists()


def test_the_last_scenario_stays(client, ana, case):
    client.force_login(ana)
    remove = reverse(
        "reviews:use_case_remove_scenario", args=[case.reference, first_scenario(case)]
    )

    assert client.post(remove).status_code == 409


def test_merged_answers_of_face_verification_are_complete(client, ana, crew, catalogue):
    case = draft(crew, by=ana, answers=merged(SHORT, RECOGNITION))
    client.force_login(ana)

    check = client.get(reverse("reviews:use_case_check", args=[case.reference])).content.decode()

    assert "Still missing" not in check
    assert "Not yet: apply first" in check


def test_text_typed_into_a_scenario_that_was_removed_comes_back(client, ana, case):
    client.force_login(ana)
    added = client.post(reverse("reviews:use_case_add_scenario", args=[case.reference])).url
    key = added.split("/")[-2]
    client.post(reverse("reviews:use_case_remove_scenario", args=[case.reference, key]))

    typed = {"description": "Half an hour of work.", "version": 1}
    page = client.post(url(case, key), typed)
    saved = client.post(url(case, key), typed, headers={"X-Autosave": "1"})

    assert "Half an hour of work.</textarea>" in page.content.decode()
    assert "This scenario was removed" in page.content.decode()
    assert saved.status_code == 400
    assert "This scenario was removed" in saved.json()["message"]
    assert not DraftPage.objects.filter(page=key).exists()


def test_a_draft_of_old_answers_survives_a_capability_that_left_the_catalogue(client, ana, case):
    fill(case, "system", {"capabilities": ["blur"]}, by=ana)
    Capability.objects.filter(slug="blur").update(is_current=False)
    client.force_login(ana)

    reply = client.post(url(case, "system"), fields(case, "system", purpose="Still.", go="list"))

    assert reply.status_code == 302
    assert fields(case, "system")["capabilities"] == ["blur"]
    assert client.get(reverse("reviews:use_case_check", args=[case.reference])).status_code == 200


def test_a_post_from_another_site_leaves_no_session(catalogue, case):
    foreign = Client(enforce_csrf_checks=True)

    response = foreign.post(url(case), {"typed_by": "anybody", "failure": "Not theirs."})

    assert response.status_code == 403
    assert "sessionid" not in response.cookies
