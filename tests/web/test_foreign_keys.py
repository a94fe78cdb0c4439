"""Somebody else's thread, view, absence, bulk action by its key: refused, and nothing is written.

Also what people type into addresses and forms to break them.
"""

import pytest
from django.urls import reverse

from reviews.domain.enums import Role
from reviews.models import (
    AuditEvent,
    Comment,
    Mail,
    ReviewAssignment,
    SavedView,
    Thread,
    Verdict,
    Visit,
)
from reviews.services import bulk, conversations, reviewers
from reviews.services.conversations import Place
from tests.builders import NOW, TODAY, team, user
from tests.builders_deciding import office
from tests.builders_reviewing import WHEN, assigned, evidence, in_review, item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]


@pytest.fixture
def people():
    return office()


@pytest.fixture
def things(people):
    """What belongs to the second reviewer, to the team, and to the lead."""
    review = in_review(people, sensitive=True)
    assigned(review, people.reviewer, people)
    theirs = assigned(review, people.reviewer2, people)
    said = conversations.post(Place(review), text="Mine.", version=0, by=people.reviewer2, **WHEN)
    kept = conversations.keep_draft(
        Place(review, item(review, "A3.1")), text="Not yet.", version=0, by=people.reviewer2, at=NOW
    )
    view = SavedView.objects.create(
        owner=people.reviewer2, list_name="use_cases", name="Mine", words="", saved_at=NOW
    )
    shared = SavedView.objects.create(
        owner=user("colleague"), list_name="use_cases", name="Ours", words="", saved_at=NOW,
        team=people.team,
    )  # fmt: skip
    _, action = bulk.assign(
        [in_review(people).use_case_id], reviewer=people.reviewer, by=people.lead, **WHEN
    )
    away = reviewers.set_absence(
        people.reviewer2, first_on=TODAY, last_on=TODAY, by=people.reviewer2, **WHEN
    )
    conflict = reviewers.declare_conflict(
        people.reviewer2, team=team("Rivals"), reason="A friend.", by=people.reviewer2, **WHEN
    )
    return {
        "review": review.uid, "case": review.use_case.reference, "thread": said.thread.uid,
        "draft": kept.thread.uid, "view": view.uid, "shared": shared.uid, "action": action.uid,
        "person": people.reviewer2.uid, "away": away.uid, "conflict": conflict.uid,
        "item": item(review, "A3.1").uid, "seat": theirs.uid,
        "evidence": evidence(review.use_case).uid,
    }  # fmt: skip


def written():
    rows = (AuditEvent, Comment, Thread, Verdict, SavedView, Mail, Visit, ReviewAssignment)
    return [sorted(map(str, row.objects.values_list("pk", flat=True))) for row in rows]


KEPT = (200, 403)
"""Either the page with what was typed and why not, or the refusal alone."""
VERDICT = {"value": "met", "note": "", "gap_plan": "", "version": "0"}
SAID = {"text": "I was here.", "version": "0"}
ATTACKS = [
    ("thread", ["thread"], SAID, {"reviewer": 404, "requester": 404, "stranger": 404}),
    ("thread", ["draft"], SAID, {"reviewer": 404, "lead": 404, "requester": 404, "auditor": 404}),
    ("thread_resolve", ["thread"], {}, {"reviewer": 404, "requester": 404, "stranger": 404}),
    ("thread_reopen", ["thread"], {}, {"reviewer": 404, "requester": 404, "stranger": 404}),
    ("review_talk", ["review"], SAID, {"requester": 403, "stranger": 404, "auditor": 403}),
    ("review_item_talk", ["review", "item"], SAID, {"requester": 403, "stranger": 404}),
    ("review_item", ["review", "item"], VERDICT, {"lead": KEPT, "requester": 403, "stranger": 404}),
    ("review_sign_off", ["review"], {}, {"lead": KEPT, "requester": 403, "stranger": 404}),
    ("review_skip", ["review"], {}, {"lead": (403, 404), "requester": (403, 404), "stranger": 404}),
    ("review_recuse", ["review", "seat"], {"reason": "x"}, {"reviewer": 403, "requester": 403}),
    ("review_carried_over", ["review"], {}, {"lead": 403, "requester": 403, "stranger": 404}),
    ("use_case_seen", ["case"], {}, {"stranger": 404}),
    ("list_view", ["'use_cases", "view"], {"name": "x"}, {"reviewer": 404, "lead": 404}),
    ("list_view", ["'use_cases", "shared"], {"name": "x"}, {"requester": 403, "lead": 404}),
    ("list_view_remove", ["'use_cases", "view"], {}, {"reviewer": 404, "lead": 404}),
    ("list_view_remove", ["'use_cases", "shared"], {}, {"requester": 403, "stranger": 404}),
    ("bulk_undo", ["action"], {}, {"lead2": 404, "requester": 404, "stranger": 404}),
    ("absence_end", ["person", "away"], {}, {"reviewer": 403, "requester": 403, "auditor": 403}),
    ("conflict_end", ["person", "conflict"], {}, {"reviewer": 403, "requester": 403}),
    ("reviewer_person", ["person"], {"act": "absence"}, {"reviewer": 403, "requester": 403}),
    ("reviewer_person", ["person"], {"act": "conflict"}, {"reviewer": 403, "stranger": 403}),
    ("reviewer_person", ["person"], {"act": "none"}, {"reviewer": 404}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("route", "names", "data", "answers"), ATTACKS, ids=[f"{a[0]}-{a[1][-1]}" for a in ATTACKS]
)
def test_what_belongs_to_others_is_refused_and_nothing_is_written(
    client, people, things, route, names, data, answers
):
    address = reverse(
        f"reviews:{route}",
        args=[one[1:] if one.startswith("'") else things[one] for one in names],
    )
    strangers = {
        "stranger": user("stranger", Role.REQUESTER), "auditor": user("auditor", Role.AUDITOR)
    }  # fmt: skip
    before = written()
    for who, status in answers.items():
        client.force_login(strangers.get(who) or getattr(people, who))
        expected = status if isinstance(status, tuple) else (status,)
        for headers in ({}, {"X-Autosave": "1"}):
            assert client.post(address, data, headers=headers).status_code in expected, who

    assert written() == before


def test_evidence_of_a_case_that_one_may_not_see_is_not_there(client, people, things):
    client.force_login(user("stranger", Role.REQUESTER))

    for route in ("evidence_view", "evidence_file"):
        address = reverse(f"reviews:{route}", args=[things["evidence"]])
        assert client.get(address).status_code == 404


def test_a_case_that_one_may_not_see_is_not_reached_by_a_bulk_action(client, people, things):
    """A tick is a key: one that was guessed chooses nothing."""
    client.force_login(user("stranger", Role.REQUESTER))

    for action in ("assign", "remind"):
        address = reverse("reviews:bulk", args=["use_cases", action])
        assert client.post(f"{address}?all=yes").status_code == 403


LONG = "x" * 10_000
ANSWERED = (200, 302, 400)
HOSTILE = [
    LONG,
    f"state:{LONG}",
    f"{LONG}:in_review",
    '"' * 10_001,
    "-" * 10_000,
    "not " * 2_500,
    "team:" + '",' * 5_000,
    "age>" + "9" * 5_000,
    "age>٣d",
    "submitted>=99999-01-01",
    "submitted>=0001-01-01",
    "reviewer:\u202emal\u0000",
    "%_\\'; DROP TABLE reviews_usecase; --",
    "\ud7ff\U0010ffff 😀",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["q", "words"])
def test_hostile_words_are_an_answer_and_no_error(client, people, typed, name):
    client.force_login(people.lead)

    for address in ("/use-cases/", "/reviews/?view=all", "/lists/use_cases/completion/"):
        assert client.get(address, {name: typed, "view": "all"}).status_code in ANSWERED
        assert client.get(address, {name: typed}).status_code in ANSWERED


@pytest.mark.parametrize("name", ["a\x00b", "\x00", "😀" * 40, LONG])
@pytest.mark.parametrize("words", ["", "a\x00b", LONG])
def test_a_view_of_any_name_and_filter_is_kept_or_refused_in_words(client, people, name, words):
    client.force_login(people.requester)
    address = reverse("reviews:list_views", args=["use_cases"])

    assert client.post(address, {"name": name, "words": words}).status_code in (302, 400, 409)


@pytest.mark.parametrize("text", ["a\x00b", LONG * 3])
def test_a_comment_that_cannot_be_kept_is_refused_in_words(client, people, text):
    review = in_review(people)
    client.force_login(people.lead)
    address = reverse("reviews:review_talk", args=[review.uid])

    for headers in ({}, {"X-Autosave": "1"}):
        posted = client.post(address, {"text": text, "version": "0"}, headers=headers)
        assert posted.status_code in (200, 400, 409, 422)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.example/",
        "https://evil.example/",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
    ],
)
def test_choosing_columns_leads_nowhere_else(client, people, next_):
    client.force_login(people.requester)
    address = reverse("reviews:list_columns", args=["use_cases"])

    reply = client.post(address, {"next": next_, "show": ["team"]})

    assert reply.status_code == 302
    assert "evil" not in reply["Location"]
    assert "javascript" not in reply["Location"]


def test_completion_names_nobody_and_nothing_that_one_may_not_see(client, people, things):
    team("Secret crew", user("somebody"))
    client.force_login(people.requester)

    for typed in ("reviewer:", "reviewing:", "team:", "team:sec", "-team:", "customer:"):
        said = client.get(reverse("reviews:list_completion", args=["use_cases"]), {"q": typed}).text
        assert "eviewer2" not in said
        assert "Secret" not in said


def test_every_form_of_the_workbench_asks_for_the_token(client, people, things):
    client.handler.enforce_csrf_checks = True
    client.force_login(people.reviewer2)
    before = written()

    for route, names in [
        ("thread", ["thread"]),
        ("thread_resolve", ["thread"]),
        ("review_skip", ["review"]),
        ("absence_end", ["person", "away"]),
        ("list_view_remove", ["'use_cases", "view"]),
        ("bulk_undo", ["action"]),
        ("list_columns", ["'use_cases"]),
        ("use_case_seen", ["case"]),
    ]:
        args = [one[1:] if one.startswith("'") else things[one] for one in names]
        assert client.post(reverse(f"reviews:{route}", args=args), SAID).status_code == 403, route
    assert written() == before
