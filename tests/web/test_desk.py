"""The desk: who may open it, saving, two tabs, blind pages, sign-off, and who reviews."""

import json
import re

import pytest
from django.urls import reverse

from reviews.domain.enums import LifecycleStage, Outcome, ReviewKind, Role, State
from reviews.models import ReviewAssignment, UseCase, Verdict
from reviews.services import assigning, reviewing
from reviews.services.deciding import record_decision, return_to_review
from tests.builders import user
from tests.builders_deciding import decisions, office
from tests.builders_reviewing import (
    LOW_RISK,
    WHEN,
    assigned,
    evidence,
    full,
    in_review,
    item,
    judge_all,
    merged,
    next_round,
    signed,
)

pytestmark = pytest.mark.django_db
CANARY = "canary-in-a-note"
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def review(people):
    found = in_review(people)
    assigned(found, people.reviewer, people)
    return found


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def desk_url(review) -> str:
    return reverse("reviews:review", args=[review.uid])


def item_url(review, code="A3.1") -> str:
    return reverse("reviews:review_item", args=[review.uid, item(review, code).uid])


def get(client, person, url):
    client.force_login(person)
    return client.get(url)


def save(client, review, code="A3.1", *, by_itself=False, **typed):
    given = {"version": "0", "note": "", "gap_plan": "", **typed}
    return client.post(item_url(review, code), given, **(AUTOSAVE if by_itself else {}))


# Who may open it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.AUDITOR, Role.ADMIN])
def test_the_office_opens_a_desk(client, people, review, role):
    assert get(client, user("somebody", role), desk_url(review)).status_code == 200


def test_a_stranger_finds_nothing(client, people, review):
    assert get(client, user("stranger"), desk_url(review)).status_code == 404
    assert client.get(item_url(review)).status_code == 404


def test_the_team_waits_for_the_decision(client, people, review):
    page = get(client, people.requester, desk_url(review))
    assert page.status_code == 403
    assert "reviewers are still at work" in words(page)
    assert client.get(item_url(review)).status_code == 403
    judge_all(review, people.reviewer, note="")
    reviewing.save_verdict(
        item(review, "A3.1"), value="met", note=CANARY, version=1, by=people.reviewer, **WHEN
    )
    signed(review, people.reviewer)
    assert CANARY not in client.get(desk_url(review)).text

    case = review.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)

    assert CANARY in client.get(desk_url(review)).text


# What it shows ------------------------------------------------------------------------------------


def test_the_desk_shows_items_by_goal_answers_and_progress(client, people, review):
    page = get(client, people.reviewer, desk_url(review))

    text = words(page)
    assert "0 of 8 required items answered" in text
    headings = re.findall(r'<h2 id="goal-[^"]+-title">([^<]+)</h2>', page.text)
    assert [one.split()[0] for one in headings] == [
        "A3", "A4", "A5", "A1", "A2", "T2", "RS1", "RS2", "RS3", "What",
    ]  # fmt: skip
    assert text.count("Required now") >= 8
    assert "7 items of A3 are due later" in text
    assert "Fewer unusable pictures." in text
    assert "The team's reason: Nobody decides anything with it." in text


def test_every_link_within_the_desk_has_its_target(client, people):
    review = in_review(people, full())
    assigned(review, people.reviewer, people)

    page = get(client, people.reviewer, desk_url(review)).text

    targets = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) - targets == set()
    ids = re.findall(r' id="([^"]+)"', page)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_a_reader_sees_no_form(client, people, review):
    page = get(client, people.lead, desk_url(review))

    assert 'name="value"' not in page.text
    assert "Verdicts and notes show once everybody" in words(page)


@pytest.mark.parametrize("stage", [LifecycleStage.PLANNING, LifecycleStage.MAINTENANCE])
def test_a_desk_costs_the_same_for_few_items_and_for_a_hundred(
    client, people, stage, django_assert_max_num_queries
):
    answers = full() if stage is LifecycleStage.MAINTENANCE else LOW_RISK
    review = in_review(people, answers)
    assigned(review, people.reviewer, people)
    judge_all(review, people.reviewer)
    evidence(review.use_case)
    get(client, people.reviewer, desk_url(review))

    with django_assert_max_num_queries(34):
        page = client.get(desk_url(review))

    assert page.text.count("<article") == review.items.count()


# Saving -------------------------------------------------------------------------------------------


def test_a_verdict_saves_by_itself(client, people, review):
    client.force_login(people.reviewer)
    file = evidence(review.use_case)

    reply = save(
        client, review, by_itself=True, value="met", note="Read it.", evidence=[str(file.uid)]
    )

    verdict = Verdict.objects.get()
    assert (verdict.value, verdict.note, list(verdict.evidence.all())) == (
        "met",
        "Read it.",
        [file],
    )
    answer = json.loads(reply.content)
    assert answer["version"] == 1
    assert re.fullmatch(r"Saved \d\d:\d\d \(Europe/Berlin\)", answer["saved_at_text"])


def test_a_verdict_saves_by_the_button_and_leads_back_to_its_item(client, people, review):
    client.force_login(people.reviewer)

    reply = save(client, review, "A4.1", value="not_met", note="No data.")

    assert (reply.status_code, reply["Location"]) == (302, f"{desk_url(review)}#item-A4-1")
    assert Verdict.objects.get().value == "not_met"


def test_two_tabs_by_themselves_get_both_texts(client, people, review):
    client.force_login(people.reviewer)
    save(client, review, by_itself=True, value="met", note="From the first tab.")

    reply = save(client, review, by_itself=True, value="not_met", note="From the second tab.")

    answer = json.loads(reply.content)
    assert (reply.status_code, answer["version"]) == (409, 1)
    assert "From the first tab." in answer["html"]
    assert "From the second tab." in answer["html"]
    assert Verdict.objects.get().note == "From the first tab."


def test_two_tabs_by_the_button_get_both_texts_and_can_save(client, people, review):
    client.force_login(people.reviewer)
    save(client, review, value="met", note="From the first tab.")

    reply = save(client, review, value="not_met", note="From the second tab.")

    assert reply.status_code == 409
    assert "From the first tab." in reply.text
    assert re.search(r"<textarea[^>]*>From the second tab.</textarea>", reply.text)
    assert 'name="version" value="1"' in reply.text
    save(client, review, value="not_met", note="Both read.", version="1")
    assert Verdict.objects.get().note == "Both read."


def test_does_not_apply_without_a_reason_is_refused_in_words(client, people, review):
    client.force_login(people.reviewer)

    by_itself = save(client, review, by_itself=True, value="not_applicable")
    by_button = save(client, review, value="not_applicable", gap_plan="Kept words.")

    assert by_itself.status_code == 400
    assert json.loads(by_itself.content)["message"] == (
        "Not saved: Say in the note why it does not apply."
    )
    assert "Say in the note why it does not apply." in words(by_button)
    assert "Kept words." in by_button.text
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    "typed", [{"value": "maybe"}, {"version": "x"}, {"evidence": ["nonsense"]}]
)
def test_a_damaged_form_is_refused_and_nothing_written(client, people, review, typed):
    client.force_login(people.reviewer)

    assert save(client, review, by_itself=True, **typed).status_code == 400
    assert save(client, review, **typed).status_code == 200
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("who", ["lead", "reviewer2"])
def test_saving_is_for_the_assigned_reviewer(client, people, review, who):
    client.force_login(getattr(people, who))

    reply = save(client, review, by_itself=True, value="met")

    assert reply.status_code == 403
    assert "Only a reviewer who is assigned" in json.loads(reply.content)["message"]


def test_typed_text_survives_an_ended_session(client, people, review):
    typed = {"note": "An hour of work.", "value": "met", "version": "0"}
    client.post(item_url(review), {**typed, "typed_by": str(people.reviewer.uid)})

    page = get(client, people.reviewer, item_url(review))

    assert re.search(r"<textarea[^>]*>An hour of work.</textarea>", page.text)


# Blind --------------------------------------------------------------------------------------------


@pytest.fixture
def blind(people):
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)
    assigned(review, people.reviewer2, people)
    judge_all(review, people.reviewer)
    reviewing.save_verdict(
        item(review, "A3.1"),
        value="partly_met",
        note=CANARY,
        gap_plan=CANARY,
        version=1,
        by=people.reviewer,
        **WHEN,
    )
    reviewing.sign_off(review, recommendation="decline", reasons=CANARY, by=people.reviewer, **WHEN)
    return review


def pages(review) -> list[str]:
    case = review.use_case.reference
    return [
        desk_url(review),
        item_url(review),
        reverse("reviews:review_sign_off", args=[review.uid]),
        reverse("reviews:review_carried_over", args=[review.uid]),
        reverse("reviews:review_assign", args=[review.uid]),
        "/reviews/",
        "/reviews/?view=all",
        reverse("reviews:use_case", args=[case]),
        reverse("reviews:use_case_questions", args=[case]),
        reverse("reviews:decision", args=[case]),
    ]


@pytest.mark.parametrize("who", ["reviewer2", "lead", "requester"])
def test_no_page_holds_a_word_of_the_one_who_signed_first(client, people, blind, who):
    client.force_login(getattr(people, who))

    for url in pages(blind):
        page = client.get(url)
        assert CANARY not in page.text, url
        assert "Decline" not in re.findall(r"<strong>([^<]+)</strong>", page.text), url


@pytest.mark.parametrize("who", ["reviewer", "reviewer2", "lead"])
def test_all_words_show_once_both_have_signed(client, people, blind, who):
    signed(blind, people.reviewer2)

    page = get(client, getattr(people, who), desk_url(blind))

    assert page.text.count(CANARY) == 3
    assert "<strong>Decline</strong>" in page.text


# Sign-off -----------------------------------------------------------------------------------------


def sign(client, review, **typed):
    url = reverse("reviews:review_sign_off", args=[review.uid])
    return client.post(url, {"recommendation": "approve", "reasons": "It holds.", **typed})


def test_the_desk_names_and_links_what_is_still_open(client, people, review):
    judge_all(review, people.reviewer)
    Verdict.objects.filter(item__requirement__code="A4.1").update(value="")

    page = get(client, people.reviewer, desk_url(review))

    assert "1 required item is still open." in words(page)
    assert f'<a href="{desk_url(review)}#item-A4-1">A4.1</a>' in page.text


def test_a_sign_off_with_open_items_names_them_and_keeps_the_words(client, people, review):
    judge_all(review, people.reviewer)
    Verdict.objects.filter(item__requirement__code="A4.1").update(value="")
    client.force_login(people.reviewer)

    page = sign(client, review, reasons="Long reasons.")

    assert "These required items are still open: A4.1." in words(page)
    assert f'href="{desk_url(review)}#item-A4-1"' in page.text
    assert "Long reasons." in page.text
    assert ReviewAssignment.objects.get().signed_off_at is None


def test_a_sign_off_without_recommendation_or_reasons_says_so(client, people, review):
    judge_all(review, people.reviewer)
    client.force_login(people.reviewer)

    text = words(sign(client, review, recommendation="", reasons=""))

    assert "Choose what you recommend to the lead." in text
    assert "Give the lead your reasons in a few sentences." in text


def test_a_reviewer_signs_off(client, people, review):
    judge_all(review, people.reviewer)
    client.force_login(people.reviewer)

    reply = sign(client, review)

    assert (reply.status_code, reply["Location"]) == (302, desk_url(review))
    assert UseCase.objects.get(pk=review.use_case_id).state == State.AWAITING_DECISION
    assert 'name="value"' not in client.get(desk_url(review)).text


def test_a_verdict_changed_after_the_sign_off_is_a_new_one_with_its_mark(client, people, review):
    signed(review, people.reviewer)
    client.force_login(people.reviewer)
    assert "A change is kept as a new, dated verdict" in words(client.get(item_url(review)))

    save(client, review, value="not_met", note="I read it again.", version="1")

    page = words(client.get(desk_url(review)))
    assert "Changed after sign-off" in page
    assert "Earlier verdicts (1)" in page
    assert Verdict.objects.filter(item=item(review, "A3.1")).count() == 2


def test_a_review_sent_back_shows_why_and_the_earlier_reasons(client, people, review):
    signed(review, people.reviewer, reasons="My first reasons.")
    return_to_review(review.use_case, reason="Look at A4 again.", by=people.lead, **WHEN)

    page = get(client, people.reviewer, desk_url(review))

    assert "Look at A4 again." in words(page)
    assert re.search(r"<textarea[^>]*>\s*My first reasons.</textarea>", page.text)


# Carried over -------------------------------------------------------------------------------------


def test_verdicts_are_carried_over_by_hand(client, people, review):
    signed(review, people.reviewer)
    case = review.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    case.refresh_from_db()
    changed = merged(LOW_RISK, {"system": {"purpose": "Something else."}})
    delta = next_round(case, changed, ReviewKind.DELTA)
    assigned(delta, people.reviewer2, people)
    url = reverse("reviews:review_carried_over", args=[delta.uid])

    desk = words(get(client, people.reviewer2, desk_url(delta)))
    assert "7 verdicts of the earlier review rest on answers that have not changed." in desk
    assert "Carried over from review 1 (Reviewer, 1 June 2023)" in desk
    assert "0 of 8 required items answered" in desk
    ticked = re.findall(r'name="item" value="([^"]+)" checked', client.get(url).text)
    assert len(ticked) == 7
    reply = client.post(url, {"item": ticked[:3]}, follow=True)

    assert "3 verdicts taken over." in words(reply)
    assert "3 of 8 required items answered" in words(reply)


# People -------------------------------------------------------------------------------------------


def test_a_lead_assigns_a_free_reviewer(client, people):
    review = in_review(people)
    client.force_login(people.lead)
    url = reverse("reviews:review_assign", args=[review.uid])

    assert "Reviewer – no open review" in words(client.get(url))
    reply = client.post(url, {"reviewer": str(people.reviewer.uid)}, follow=True)

    assert "Reviewer is assigned." in words(reply)
    assert review.assignments.get().reviewer == people.reviewer


def test_the_assign_page_says_who_is_not_free_and_why(client, people):
    review = in_review(people, sensitive=True)
    seat = assigned(review, people.reviewer, people)
    assigning.recuse(seat, reason="On leave.", by=people.lead, **WHEN)

    page = words(get(client, people.lead, reverse("reviews:review_assign", args=[review.uid])))

    assert "Reviewer was recused from this review" in page


def test_the_assign_page_says_when_nobody_is_left(client, people):
    review = in_review(people)
    for reviewer in (people.reviewer, people.reviewer2):
        reviewer.groups.clear()

    page = get(client, people.lead, reverse("reviews:review_assign", args=[review.uid]))

    assert "No free reviewer is left" in words(page)
    assert "named outsider" in words(page)


def test_somebody_barred_cannot_be_posted(client, people):
    review = in_review(people)
    client.force_login(people.lead)

    reply = client.post(
        reverse("reviews:review_assign", args=[review.uid]),
        {"reviewer": str(people.requester.uid)},
    )

    assert reply.status_code == 200
    assert not review.assignments.exists()


@pytest.mark.parametrize("who", ["reviewer", "requester"])
def test_assigning_is_for_leads(client, people, review, who):
    url = reverse("reviews:review_assign", args=[review.uid])

    assert get(client, getattr(people, who), url).status_code == 403


def test_a_reviewer_steps_back_with_a_reason(client, people, review):
    seat = review.assignments.get()
    url = reverse("reviews:review_recuse", args=[review.uid, seat.uid])
    client.force_login(people.reviewer)

    assert "Your verdicts on this case stay on record" in words(client.get(url))
    assert "Say why" in words(client.post(url, {"reason": " "}))
    client.post(url, {"reason": "A friend works there."})

    seat.refresh_from_db()
    assert seat.recused_reason == "A friend works there."
