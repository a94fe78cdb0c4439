"""Working at the desk: save and next, skip, filters and panes, threads, the cost of the page."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.domain.enums import AuditKind, LifecycleStage, ReviewKind
from reviews.models import AuditEvent, ReviewAssignment, Thread, Verdict
from reviews.services import conversations, reviewing
from reviews.services.conversations import Place
from tests.builders import NOW
from tests.builders_deciding import office
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
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1", "HTTP_ACCEPT": "application/json"}


@pytest.fixture
def people(roles, catalogue):
    return office()


@pytest.fixture
def review(people):
    found = in_review(people)
    assigned(found, people.reviewer, people)
    return found


@pytest.fixture
def blind(people):
    found = in_review(people, sensitive=True)
    assigned(found, people.reviewer, people)
    assigned(found, people.reviewer2, people)
    return found


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def desk_url(review) -> str:
    return reverse("reviews:review", args=[review.uid])


def item_url(review, code) -> str:
    return reverse("reviews:review_item", args=[review.uid, item(review, code).uid])


def talk_url(review, code="") -> str:
    if code:
        return reverse("reviews:review_item_talk", args=[review.uid, item(review, code).uid])
    return reverse("reviews:review_talk", args=[review.uid])


def say(review, by, text="A word.", code="", thread=None):
    about = item(review, code) if code else None
    return conversations.post(Place(review, about, thread), text=text, version=0, by=by, **WHEN)


# Save and next ------------------------------------------------------------------------------------


def and_next(client, review, code, **typed):
    given = {"version": "0", "note": "", "gap_plan": "", "value": "met", "next": "yes", **typed}
    return client.post(item_url(review, code), given)["Location"]


def test_save_and_next_goes_to_the_next_open_item_and_from_the_top_after_the_last(
    client, people, review
):
    client.force_login(people.reviewer)
    due = [one.code for one in review.items.filter(is_required_now=True).order_by("position")]

    assert and_next(client, review, due[-1]).endswith(f"#item-{due[0].replace('.', '-')}")
    assert and_next(client, review, due[3]).endswith(f"#item-{due[4].replace('.', '-')}")


def test_after_the_last_required_item_comes_the_sign_off(client, people, review):
    judge_all(review, people.reviewer)
    client.force_login(people.reviewer)

    assert and_next(client, review, "A3.1", version="1") == f"{desk_url(review)}#sign-off"


def test_after_the_last_required_item_the_next_case_comes_with_a_way_to_the_sign_off(
    client, people, review
):
    other = in_review(people)
    assigned(other, people.reviewer, people)
    judge_all(review, people.reviewer)
    client.force_login(people.reviewer)

    assert and_next(client, review, "A3.1", version="1") == desk_url(other)

    page = client.get(desk_url(other))
    assert f"Every required item of {review.use_case.reference} has your verdict." in words(page)
    assert f'href="{reverse("reviews:review_sign_off", args=[review.uid])}"' in page.text


def test_where_the_team_is_awaited_the_next_case_is_the_one_that_waits_longest(client, people):
    older, newer, asked = (in_review(people) for _ in range(3))
    for one in (older, newer, asked):
        assigned(one, people.reviewer, people)
    ReviewAssignment.objects.filter(review=newer).update(assigned_at=NOW.replace(day=2))
    judge_all(asked, people.reviewer)
    client.force_login(people.reviewer)
    client.post(reverse("reviews:review_ask", args=[asked.uid]), {"text": "Why?"})

    assert and_next(client, asked, "A3.1", version="1") == desk_url(older)


def test_sign_off_and_next_leads_to_the_next_case_and_then_to_the_workbench(client, people):
    first, second = in_review(people), in_review(people)
    for one in (first, second):
        assigned(one, people.reviewer, people)
        judge_all(one, people.reviewer)
    client.force_login(people.reviewer)
    given = {"recommendation": "approve", "reasons": "It holds.", "next": "yes"}

    went = client.post(reverse("reviews:review_sign_off", args=[first.uid]), given)
    then = client.post(reverse("reviews:review_sign_off", args=[second.uid]), given)

    assert went["Location"] == desk_url(second)
    assert then["Location"] == reverse("reviews:reviews")


# Skip ---------------------------------------------------------------------------------------------


def skip(client, review, **more):
    return client.post(reverse("reviews:review_skip", args=[review.uid]), **more)


def test_a_skipped_case_comes_last_until_it_is_opened_again(client, people):
    first, second, third = (in_review(people) for _ in range(3))
    for one in (first, second, third):
        assigned(one, people.reviewer, people)
    client.force_login(people.reviewer)

    assert skip(client, first)["Location"] == desk_url(second)
    assert skip(client, second)["Location"] == desk_url(third)
    assert skip(client, third)["Location"] == desk_url(first)
    page = words(client.get(desk_url(first)))
    assert "You had skipped this case. It has its old place in your queue again." in page
    assert first.assignments.get().skipped_at is None
    assert "You had skipped" not in words(client.get(desk_url(first)))
    assert AuditEvent.objects.filter(kind=AuditKind.REVIEW_SKIPPED).count() == 3


def test_a_look_without_a_page_takes_nothing_up(client, people, review):
    client.force_login(people.reviewer)
    skip(client, review)

    client.head(desk_url(review))

    assert review.assignments.get().skipped_at is not None


def test_only_ones_own_unfinished_review_is_skipped(client, people, review):
    for who in (people.lead, people.reviewer2):
        client.force_login(who)
        assert skip(client, review).status_code == 404
    signed(review, people.reviewer)
    client.force_login(people.reviewer)
    assert skip(client, review).status_code == 409


# Filters and panes --------------------------------------------------------------------------------


def codes(page) -> list[str]:
    return re.findall(r'<article class="item" id="([^"]+)"', page.text)


def test_filters_show_what_is_open_or_ones_own(client, people, review):
    reviewing.save_verdict(item(review, "A3.1"), value="met", version=0, by=people.reviewer, **WHEN)
    client.force_login(people.reviewer)
    everything = codes(client.get(desk_url(review)))

    mine = codes(client.get(desk_url(review) + "?show=mine"))
    open_ = codes(client.get(desk_url(review) + "?show=open"))

    assert mine == ["item-A3-1"]
    assert len(open_) == 7
    assert "item-A3-1" not in open_
    assert codes(client.get(desk_url(review) + "?show=nonsense")) == everything
    assert ">Changed " not in client.get(desk_url(review)).text


def test_a_second_round_shows_what_changed_with_old_and_new_words(client, people, review):
    signed(review, people.reviewer)
    case = review.use_case
    review.closed_at = NOW
    review.save()
    case.state = "in_review"
    case.save()
    changed = merged(LOW_RISK, {"system": {"purpose": "Fewer blurred pictures."}})
    delta = next_round(case, changed, ReviewKind.DELTA)
    assigned(delta, people.reviewer, people)
    client.force_login(people.reviewer)

    page = client.get(desk_url(delta) + "?show=changed")

    found = codes(page)
    assert found
    assert len(found) < len(codes(client.get(desk_url(delta))))
    assert "1 answer has changed since the review before." in words(page)
    assert re.search(r"<del>.*unusable.*</del>", page.text)


@pytest.mark.parametrize("pane", ["answers", "checklist", "evidence", "talk", "similar"])
def test_a_pane_can_be_asked_for_without_scripts(client, people, review, pane):
    client.force_login(people.reviewer)

    page = client.get(desk_url(review) + f"?pane={pane}").text

    assert f'class="desk desk--{pane}"' in page
    assert f' id="{pane}"' in page


def test_a_file_opens_in_a_frame_that_the_page_allows(client, people, review):
    file = evidence(review.use_case)
    client.force_login(people.reviewer)

    page = client.get(desk_url(review))

    assert "frame-src 'self'" in page["Content-Security-Policy"]
    where = reverse("reviews:evidence_view", args=[file.uid])
    assert f'href="{where}" target="evidence-frame"' in page.text
    assert '<iframe class="desk__frame" name="evidence-frame"' in page.text


def test_an_item_names_every_answer_behind_it(client, people, review):
    client.force_login(people.reviewer)

    page = client.get(desk_url(review)).text

    behind = dict(re.findall(r'id="(item-[^"]+)"[^>]*data-basis="([^"]*)"', page))
    targets = set(re.findall(r' id="(answer-[^"]+)"', page))
    assert behind["item-A3-1"]
    assert {one for anchors in behind.values() for one in anchors.split()} <= targets


def test_drafts_say_that_they_are_drafts(client, people, review, blind):
    client.force_login(people.reviewer)

    assert "Your verdicts are drafts until you sign off: nobody else sees them." in words(
        client.get(desk_url(review))
    )
    assert "and the other reviewer not before both have." in words(client.get(desk_url(blind)))


# Threads ------------------------------------------------------------------------------------------


def test_a_comment_is_posted_and_stands_with_its_item(client, people, review):
    client.force_login(people.reviewer)

    reply = client.post(talk_url(review, "A3.1"), {"text": "Is it so, @lead?", "version": "0"})

    thread = Thread.objects.get()
    assert reply["Location"] == f"{desk_url(review)}#thread-{thread.uid}"
    page = client.get(desk_url(review))
    shown = page.text.split('id="item-A3-1"')[1].split("</article>")[0]
    assert "Is it so, @lead?" in shown
    assert "1 thread" in words(page)


def test_a_draft_saves_by_itself_and_is_called_one(client, people, review):
    client.force_login(people.reviewer)

    reply = client.post(talk_url(review, "A3.1"), {"text": "Not yet", "version": "0"}, **AUTOSAVE)

    assert json.loads(reply.content)["version"] == 1
    assert json.loads(reply.content)["saved_at_text"].startswith("Draft kept. Saved")
    page = client.get(desk_url(review))
    assert re.search(r"<textarea[^>]*>Not yet</textarea>", page.text)
    assert "Draft Only you see it. Not posted." in words(page)
    client.force_login(people.lead)
    assert "Not yet" not in client.get(desk_url(review)).text


def test_two_windows_of_a_comment_get_both_texts(client, people, review):
    client.force_login(people.reviewer)
    client.post(talk_url(review), {"text": "The first.", "version": "0"}, **AUTOSAVE)

    by_itself = client.post(talk_url(review), {"text": "The second.", "version": "0"}, **AUTOSAVE)
    by_button = client.post(talk_url(review), {"text": "The second.", "version": "0"})

    for reply in (by_itself, by_button):
        assert reply.status_code == 409
        assert "The first." in reply.text
        assert "The second." in reply.text
    assert 'name="version" value="1"' in by_button.text


def test_a_mention_that_is_refused_keeps_the_words(client, people, review):
    client.force_login(people.reviewer)

    page = client.post(talk_url(review), {"text": "See, @requester.", "version": "0"})

    assert "@requester cannot be mentioned here" in words(page)
    assert re.search(r"<textarea[^>]*>See, @requester.</textarea>", page.text)


def test_a_comment_typed_after_the_session_ended_comes_back(client, people, review):
    typed = {"text": "An hour of work.", "version": "0", "typed_by": str(people.reviewer.uid)}
    client.post(talk_url(review), typed)

    client.force_login(people.reviewer)

    page = client.get(talk_url(review))
    assert re.search(r"<textarea[^>]*>An hour of work.</textarea>", page.text)


def test_a_resolved_thread_folds_and_reopens(client, people, review):
    thread = say(review, people.reviewer).thread
    client.force_login(people.reviewer)

    client.post(reverse("reviews:thread_resolve", args=[thread.uid]))
    folded = client.get(desk_url(review)).text
    client.post(reverse("reviews:thread_reopen", args=[thread.uid]))
    opened = client.get(desk_url(review)).text

    assert f'id="thread-{thread.uid}">' in folded
    assert f'id="thread-{thread.uid}" open>' in opened


def test_completion_offers_who_may_be_mentioned(client, people, blind):
    client.force_login(people.reviewer)

    reply = client.get(reverse("reviews:review_people", args=[blind.uid]))

    offered = {one["username"] for one in json.loads(reply.content)["people"]}
    assert {"lead", "lead2"} <= offered
    assert not offered & {"requester", "reviewer", "reviewer2"}


def test_no_page_tells_a_blind_reviewer_of_the_others_threads(client, people, blind):
    canary = "canary-in-a-thread"
    thread = say(blind, people.reviewer, canary, "A3.1").thread
    say(blind, people.lead, f"{canary} answered", thread=thread)
    case = blind.use_case.reference
    client.force_login(people.reviewer2)

    for url in (
        desk_url(blind),
        item_url(blind, "A3.1"),
        reverse("reviews:use_case", args=[case]),
        reverse("reviews:inbox"),
        "/",
        "/reviews/",
        "/reviews/?view=all",
    ):
        page = client.get(url)
        assert canary not in page.text, url
        assert str(thread.uid) not in page.text, url
        assert "A comment was posted" not in page.text, url
        assert "1 thread" not in words(page), url
    assert client.get(reverse("reviews:thread", args=[thread.uid])).status_code == 404


def test_the_team_never_reads_a_thread(client, people, review):
    thread = say(review, people.reviewer, "Among ourselves.").thread
    client.force_login(people.requester)

    assert client.get(reverse("reviews:thread", args=[thread.uid])).status_code == 404
    assert client.get(talk_url(review)).status_code == 403
    case = client.get(reverse("reviews:use_case", args=[review.use_case.reference]))
    assert "Among ourselves." not in case.text


# Cost ---------------------------------------------------------------------------------------------


def cost(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as counted:
        client.get(url)
    return len([one for one in counted if "SAVEPOINT" not in one["sql"]])


def test_the_desk_costs_the_same_for_one_and_for_three_of_everything(client, people):
    few, many = in_review(people), in_review(people, full(LifecycleStage.MAINTENANCE))
    for review, number in ((few, 1), (many, 3)):
        assigned(review, people.reviewer, people)
        due = review.items.filter(is_required_now=True)[:number]
        for row in due.select_related("requirement", "probe"):
            file = evidence(review.use_case, f"{row.code}.pdf")
            reviewing.save_verdict(
                row, value="met", evidence=[file], version=0, by=people.reviewer, **WHEN
            )
            say(review, people.reviewer, "One, @lead.", row.code)
            say(review, people.lead, "Two.", row.code)
    client.force_login(people.reviewer)

    costs = {cost(client, desk_url(review)) for review in (few, many)}

    assert len(costs) == 1
    assert max(costs) <= 12


def test_a_desk_of_ninety_items_shows_every_one_of_them(client, people):
    review = in_review(people, full(LifecycleStage.MAINTENANCE), sensitive=True)
    assigned(review, people.reviewer, people)
    client.force_login(people.reviewer)

    page = client.get(desk_url(review))

    assert len(codes(page)) == review.items.count() >= 80
    assert page.text.count('<details class="item__fold" open>') == 1
    assert Verdict.objects.count() == 0


def test_the_pages_beside_the_desk_stay_within_the_bound(client, people, blind):
    thread = say(blind, people.lead, "Both of you, @reviewer.", "A3.1").thread
    client.force_login(people.reviewer)

    found = {
        url: cost(client, url)
        for url in (
            reverse("reviews:thread", args=[thread.uid]),
            talk_url(blind, "A3.1"),
            talk_url(blind),
            item_url(blind, "A3.1"),
            reverse("reviews:review_people", args=[blind.uid]),
            reverse("reviews:review_sign_off", args=[blind.uid]),
            reverse("reviews:review_carried_over", args=[blind.uid]),
        )
    }

    assert {url: number for url, number in found.items() if number > 12} == {}
