"""Beginning, checking, filing, refusal, evidence, co-authors and withdrawing, as pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reviews.domain.enums import Role, State
from reviews.models import DraftPage, Evidence, UseCase
from tests.builders import customer, team, user
from tests.builders_intake import RECOGNITION, SHORT, draft, fill, merged
from tests.services.test_submitting import EMOTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client, roles):
    person = user("ana")
    client.force_login(person)
    return person


@pytest.fixture
def crew(ana):
    return team("Gate crew", ana)


@pytest.fixture
def case(catalogue, ana, crew):
    return draft(crew, by=ana)


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def at(name, case):
    return reverse(f"reviews:use_case_{name}", args=[case.reference])


def text(reply):
    return reply.content.decode()


def test_new_takes_over_the_link_of_the_gate_page(client, catalogue, ana, crew):
    northwind = customer("Northwind", owner=ana)
    link = reverse("reviews:use_case_new") + (
        f"?capability=verify&customer={northwind.uid}&existing=no&use=UC-C2"
    )

    page = text(client.get(link))
    assert 'value="verify" ' in page
    assert f'name="customer" value="{northwind.uid}"' in page

    reply = client.post(
        reverse("reviews:use_case_new"),
        {
            "title": "Doors",
            "team": str(crew.uid),
            "capabilities": ["verify"],
            "customer": str(northwind.uid),
            "existing": "no",
            "use": "UC-C2",
        },
    )
    case = UseCase.objects.get()
    assert reply.url == at("edit", case)
    assert case.customer == northwind


def test_new_takes_no_customer_whom_the_person_does_not_see(client, catalogue, ana, crew):
    hidden = customer("Northwind")
    posted = {"title": "Doors", "team": str(crew.uid), "customer": str(hidden.uid)}

    client.post(reverse("reviews:use_case_new"), posted)

    case = UseCase.objects.get()
    assert case.customer is None
    assert not DraftPage.objects.filter(use_case=case, page="deployment").exists()
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_new_without_a_name_says_so_and_keeps_the_rest(client, catalogue, ana, crew):
    reply = client.post(
        reverse("reviews:use_case_new"), {"team": str(crew.uid), "capabilities": ["blur"]}
    )

    assert "There is a problem" in text(reply)
    assert 'value="blur" ' in text(reply)
    assert not UseCase.objects.exists()


def test_new_for_a_team_of_others_is_no_choice(client, catalogue, ana, crew):
    others = team("Others", user("ben"))

    client.post(reverse("reviews:use_case_new"), {"title": "x", "team": str(others.uid)})

    assert not UseCase.objects.exists()


def test_new_tells_a_person_without_a_team_what_to_do(client, catalogue, ana):
    assert "You are in no team yet" in text(client.get(reverse("reviews:use_case_new")))


def test_check_names_what_is_missing_with_the_way_there(client, ana, case):
    fill(case, "validity", {"failure": ""}, by=ana)

    page = text(client.get(at("check", case)))

    assert "Still missing" in page
    assert f'href="{at("edit", case)}validity/#id_failure"' in page
    assert "Go on to the statement of truth" not in page


def test_filing_shows_the_gate_first_and_then_opens_a_review(client, ana, case):
    user("rita", Role.REVIEWER)
    user("lea", Role.LEAD)
    page = text(client.get(at("submit", case)))
    assert "What the gate says today" in page
    assert "As it stands" not in page

    assert "Tick the box" in text(client.post(at("submit", case), {"truth": ""}))
    reply = client.post(at("submit", case), {"truth": "on"})

    assert reply.url == case.get_absolute_url()
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW


def test_filing_says_before_it_that_nobody_is_free_to_review(client, ana, case):
    page = text(client.get(at("submit", case)))

    assert "too few reviewers are free and no lead is free to decide" in page


@pytest.mark.parametrize("page", ["check", "submit", "refused"])
def test_where_the_gate_says_apply_first_the_way_to_apply_is_there(
    client, ana, crew, catalogue, page
):
    case = draft(crew, by=ana, answers=merged(SHORT, RECOGNITION))

    shown = text(client.get(at(page, case)))

    assert f'href="{reverse("reviews:access_apply")}?capability=verify"' in shown


def test_a_blocked_case_leads_to_a_page_with_reason_and_ways_out(client, ana, crew, catalogue):
    case = draft(crew, by=ana, answers=merged(SHORT, RECOGNITION, EMOTION))
    before = text(client.get(at("submit", case)))
    assert "Filing it now records a refusal" in before

    reply = client.post(at("submit", case), {"truth": "on"}, follow=True)

    page = text(reply)
    assert reply.redirect_chain[-1][0] == at("refused", case)
    assert "closed to new customers since 21 June 2022" in page
    assert "What else is possible" in page
    assert "Everything you wrote is still there." in page


def test_a_missing_fact_is_named_with_the_way_to_its_question(client, ana, crew, catalogue):
    answers = merged(SHORT, RECOGNITION, {"deployment": {"managed": "unknown"}})
    case = draft(crew, by=ana, answers=answers)

    page = text(client.get(at("check", case)))

    assert "Cannot say yet" in page
    assert f'href="{at("edit", case)}deployment/#id_managed"' in page
    refused = client.post(at("submit", case), {"truth": "on"})
    assert "The gate cannot say yet" in text(refused)


def test_the_check_page_costs_the_same_for_any_number_of_capabilities(
    client, ana, crew, catalogue, django_assert_max_num_queries
):
    case = draft(crew, by=ana, answers=merged(SHORT, RECOGNITION))
    counts = []
    for slugs in (["verify"], ["verify", "identify", "group", "blur"]):
        fill(case, "system", {"capabilities": slugs}, by=ana)
        with django_assert_max_num_queries(40) as queries:
            assert client.get(at("check", case)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_several_files_at_once_the_good_stay_and_the_bad_are_named(client, ana, case, folder):
    files = [
        SimpleUploadedFile("report.pdf", b"%PDF-1.7 x", "application/pdf"),
        SimpleUploadedFile("run.exe", b"MZ", "application/octet-stream"),
    ]

    reply = client.post(at("evidence", case), {"documents": files})

    assert "“run.exe” is not of a kind that we take" in text(reply)
    assert Evidence.objects.get().name == "report.pdf"
    page = text(client.get(at("evidence", case)))
    assert "report.pdf" in page
    assert "10 bytes" in page


def test_a_file_is_downloaded_as_an_attachment_that_no_browser_runs(client, ana, case, folder):
    upload = SimpleUploadedFile("notes.txt", b"<b>hi</b>", "text/plain")
    client.post(at("evidence", case), {"documents": [upload]})
    link = reverse("reviews:evidence_file", args=[Evidence.objects.get().uid])

    reply = client.get(link)

    assert b"".join(reply.streaming_content) == b"<b>hi</b>"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert "no-store" in reply.headers["Cache-Control"]


def test_a_file_is_for_people_who_may_see_the_case(client, ana, case, folder):
    upload = SimpleUploadedFile("notes.txt", b"hi", "text/plain")
    client.post(at("evidence", case), {"documents": [upload]})
    link = reverse("reviews:evidence_file", args=[Evidence.objects.get().uid])

    client.force_login(user("stranger"))
    assert client.get(link).status_code == 404
    client.logout()
    assert client.get(link).status_code == 302


def test_removing_a_file_asks_first(client, ana, case, folder):
    upload = SimpleUploadedFile("notes.txt", b"hi", "text/plain")
    client.post(at("evidence", case), {"documents": [upload]})
    link = reverse("reviews:evidence_remove", args=[Evidence.objects.get().uid])

    assert "Remove “notes.txt”?" in text(client.get(link))
    assert client.post(link).url == at("evidence", case)
    assert "No files yet" in text(client.get(at("evidence", case)))


def test_co_authors_are_added_by_name_or_address_and_removed(client, ana, case):
    cleo = user("cleo")

    nobody = client.post(at("co_authors", case), {"person": "nobody", "right": "view"})
    assert "There is no account" in text(nobody)
    client.post(at("co_authors", case), {"person": cleo.email.upper(), "right": "edit"})
    assert "Cleo" in text(client.get(at("co_authors", case)))

    remove = reverse("reviews:use_case_remove_co_author", args=[case.reference, cleo.uid])
    assert "Remove Cleo?" in text(client.get(remove))
    client.post(remove)
    assert not case.co_authors.exists()


def test_withdraw_and_reopen_ask_first(client, ana, case):
    assert "Withdraw this use case?" in text(client.get(at("withdraw", case)))
    client.post(at("withdraw", case))
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN

    assert "Open this use case again?" in text(client.get(at("reopen", case)))
    assert client.post(at("reopen", case)).url == at("edit", case)
    case.refresh_from_db()
    assert case.state == State.DRAFT


def test_a_page_with_html_in_the_answers_shows_it_as_text(client, ana, case):
    fill(case, "validity", {"failure": "<script>alert(1)</script>"}, by=ana)

    for name in ["check", "answers"]:
        assert "<script>alert" not in text(client.get(at(name, case)))
        assert "&lt;script&gt;alert" in text(client.get(at(name, case)))
