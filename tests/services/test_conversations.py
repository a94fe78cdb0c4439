"""Threads: drafts, posting, mentions, resolving; and that blindness holds wherever one looks."""

import pytest

from reviews.domain.enums import AuditKind, CoAuthorRight, MailKind, Party, Role, State
from reviews.domain.errors import (
    BadInput,
    Incomplete,
    NotPermitted,
    StaleVersion,
    StateConflict,
)
from reviews.domain.mentions import mentioned
from reviews.models import AuditEvent, Comment, Mail, Outsider, Thread
from reviews.permissions.conversations import (
    can_read_talk,
    can_read_thread,
    is_blind,
    is_open,
    mentionable,
    seats_of,
    visible_threads,
)
from reviews.selectors import conversations as selectors
from reviews.selectors.timeline import Reader, events_of
from reviews.services import conversations
from reviews.services.conversations import Place
from tests.builders import NOW, user
from tests.builders_deciding import co_author, office
from tests.builders_reviewing import WHEN, assigned, in_review, item, signed

pytestmark = pytest.mark.django_db


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
    """A sensitive round whose two reviewers are at work."""
    found = in_review(people, sensitive=True)
    assigned(found, people.reviewer, people)
    assigned(found, people.reviewer2, people)
    return found


def say(review, by, text="A word.", *, thread=None, about=None, version=0):
    place = Place(review, about, thread)
    return conversations.post(place, text=text, version=version, by=by, **WHEN)


def draft(review, by, text, *, thread=None, about=None, version=0):
    place = Place(review, about, thread)
    return conversations.keep_draft(place, text=text, version=version, by=by, at=NOW)


def seen(review, person):
    seats = seats_of(review)
    found = selectors.talks(review, person, seats=seats, is_open=is_open(review, seats))
    return [one.text for talks in found.by_item.values() for t in talks for one in t.comments]


# Mentions in a text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ada look", ("ada",)),
        ("Ask @ada.", ("ada",)),
        ("(@ada, @bob-2)", ("ada", "bob-2")),
        ("@ada and @ada", ("ada",)),
        ("write to ada@example.test", ()),
        ("a lone @ sign", ()),
        ("@@ada", ()),
    ],
)
def test_a_mention_begins_a_word(text, names):
    assert mentioned(text) == names


# Drafts and posts ---------------------------------------------------------------------------------


def test_a_draft_is_its_writers_alone_and_leaves_no_trace(people, review):
    before = AuditEvent.objects.count()

    draft(review, people.reviewer, "Not sure yet.", about=item(review, "A3.1"))

    assert AuditEvent.objects.count() == before
    assert seen(review, people.lead) == []
    thread = Thread.objects.get()
    assert not can_read_thread(people.lead, thread)
    assert not visible_threads(people.lead, review, blind=False).exists()
    seats = seats_of(review)
    mine = selectors.talks(review, people.reviewer, seats=seats, is_open=False)
    assert mine.drafts[item(review, "A3.1").pk].text == "Not sure yet."


def test_a_draft_that_goes_on_is_the_comment_that_is_posted(people, review):
    draft(review, people.reviewer, "Not sure")
    draft(review, people.reviewer, "Not sure yet.", version=1)

    said = say(review, people.reviewer, "Sure now.", version=2)

    assert Comment.objects.get() == said
    assert (said.text, said.posted_at, Thread.objects.count()) == ("Sure now.", NOW, 1)
    event = AuditEvent.objects.get(kind=AuditKind.COMMENT_POSTED)
    assert (event.actor, event.use_case_id) == (people.reviewer, review.use_case_id)
    assert "Sure now." not in str(event.data)


def test_two_windows_keep_both_texts(people, review):
    draft(review, people.reviewer, "From the first window.")

    with pytest.raises(StaleVersion) as refused:
        draft(review, people.reviewer, "From the second window.")

    assert refused.value.theirs == {"text": "From the first window."}
    assert refused.value.yours == {"text": "From the second window."}
    assert Comment.objects.get().text == "From the first window."


def test_nothing_is_not_posted(people, review):
    with pytest.raises(Incomplete):
        say(review, people.reviewer, "  ")
    assert not Thread.objects.exists()


def test_a_thread_goes_on_until_it_is_resolved_and_again_once_it_is_reopened(people, review):
    thread = say(review, people.reviewer).thread
    say(review, people.lead, "An answer.", thread=thread)
    conversations.resolve(thread, by=people.lead, **WHEN)

    with pytest.raises(StateConflict):
        say(review, people.reviewer, "More.", thread=thread)
    with pytest.raises(StateConflict):
        conversations.resolve(thread, by=people.lead, **WHEN)
    conversations.reopen(thread, by=people.reviewer, **WHEN)
    say(review, people.reviewer, "More.", thread=thread)

    assert seen(review, people.reviewer2) == ["A word.", "An answer.", "More."]


# Who ----------------------------------------------------------------------------------------------


def test_the_requesters_side_reads_nothing_and_says_nothing(people, review):
    thread = say(review, people.reviewer).thread
    helper = co_author(review.use_case, user("helper", Role.REVIEWER), CoAuthorRight.VIEW)

    for person in (people.requester, helper):
        assert not can_read_talk(person, review)
        assert not can_read_thread(person, thread)
        with pytest.raises(NotPermitted):
            say(review, person)
    reader = Reader(people.requester, office=False)
    kinds = {event.kind for event in events_of(review.use_case, reader)}
    assert AuditKind.COMMENT_POSTED not in kinds


def test_an_auditor_reads_along(people, review):
    auditor = user("auditor", Role.AUDITOR)
    say(review, people.reviewer)

    assert seen(review, auditor) == ["A word."]
    with pytest.raises(NotPermitted):
        say(review, auditor)


def test_a_closed_round_is_read_only(people, review):
    thread = say(review, people.reviewer).thread
    review.closed_at = NOW
    review.save()
    thread.refresh_from_db()

    assert can_read_thread(people.lead, thread)
    with pytest.raises(StateConflict):
        say(review, people.lead, thread=thread)


def test_an_outsider_of_the_case_talks_and_is_mentioned(people, review):
    guest = user("guest")
    with pytest.raises(BadInput):
        say(review, people.lead, "Please look, @guest.")
    Outsider.objects.create(
        use_case=review.use_case,
        user=guest,
        party=Party.REVIEWER,
        named_by=people.lead,
        named_at=NOW,
        reason="Nobody else.",
    )

    say(review, people.lead, "Please look, @guest.")
    assert seen(review, guest) == ["Please look, @guest."]


# Mentions -----------------------------------------------------------------------------------------


def test_who_is_mentioned_is_told_where_but_not_what(people, review):
    say(review, people.reviewer, "The secret word, @lead and @lead.", about=item(review, "A3.1"))

    mails = Mail.objects.filter(kind=MailKind.NOTICE)
    assert {mail.user for mail in mails} == {people.lead}
    assert mails.count() == 2
    for mail in mails:
        assert "A3.1" in mail.text
        assert "secret word" not in mail.text + mail.html + mail.subject
        assert str(Thread.objects.get().uid) in mail.text


@pytest.mark.parametrize("name", ["requester", "nobody"])
def test_who_may_not_read_it_cannot_be_mentioned_and_nothing_is_written(people, review, name):
    with pytest.raises(BadInput) as refused:
        say(review, people.reviewer, f"Look, @{name}.")

    assert f"@{name} cannot be mentioned here" in refused.value.message
    assert not Thread.objects.exists()
    assert not Mail.objects.filter(kind=MailKind.NOTICE).exists()


# Blind --------------------------------------------------------------------------------------------


def test_a_blind_reviewer_reads_no_thread_of_the_other(people, blind):
    thread = say(blind, people.reviewer, "Mine.").thread
    say(blind, people.lead, "A lead answers.", thread=thread)

    assert seen(blind, people.reviewer2) == []
    assert not can_read_thread(people.reviewer2, thread)
    assert seen(blind, people.lead2) == ["Mine.", "A lead answers."]
    with pytest.raises(NotPermitted):
        say(blind, people.reviewer2, thread=thread)
    with pytest.raises(NotPermitted):
        conversations.resolve(thread, by=people.reviewer2, **WHEN)


def test_a_lead_brings_a_blind_reviewer_in_by_mentioning_them(people, blind):
    apart = say(blind, people.lead, "Among leads.").thread
    thread = say(blind, people.lead, "Both of you, @reviewer and @reviewer2.").thread
    say(blind, people.reviewer, "What the first thinks.", thread=thread)

    assert seen(blind, people.reviewer2) == ["Both of you, @reviewer and @reviewer2."]
    assert not can_read_thread(people.reviewer2, apart)
    with pytest.raises(NotPermitted):
        conversations.resolve(thread, by=people.reviewer2, **WHEN)
    conversations.resolve(thread, by=people.lead, **WHEN)


@pytest.mark.parametrize("other", ["reviewer2", "reviewer3"])
def test_a_blind_reviewer_mentions_no_other(people, blind, other):
    user("reviewer3", Role.REVIEWER)
    with pytest.raises(BadInput) as refused:
        say(blind, people.reviewer, f"What do you say, @{other}?")

    assert "blind to each other" in refused.value.message
    assert not Mail.objects.filter(kind=MailKind.NOTICE).exists()


def test_a_lead_brings_nobody_into_a_blind_reviewers_own_thread(people, blind):
    thread = say(blind, people.reviewer, "Mine, @lead.").thread

    with pytest.raises(BadInput):
        say(blind, people.lead, "See this, @reviewer2.", thread=thread)
    say(blind, people.lead, "I see, @reviewer.", thread=thread)


def test_a_recused_reviewer_stays_blind(people, blind):
    seat = blind.assignments.get(reviewer=people.reviewer2)
    seat.recused_at, seat.recused_reason = NOW, "Too close."
    seat.save()
    people.reviewer2.groups.clear()
    Outsider.objects.create(
        use_case=blind.use_case,
        user=people.reviewer2,
        party=Party.REVIEWER,
        named_by=people.lead,
        named_at=NOW,
        reason="Nobody else.",
    )
    say(blind, people.reviewer, "Mine.")
    fresh = type(people.reviewer2).objects.get(pk=people.reviewer2.pk)

    assert seen(blind, fresh) == []


def test_both_signed_and_everything_shows(people, blind):
    say(blind, people.reviewer, "The first.")
    say(blind, people.reviewer2, "The second.")
    signed(blind, people.reviewer)
    assert seen(blind, people.reviewer2) == ["The second."]
    assert seen(blind, people.reviewer) == ["The first."]

    signed(blind, people.reviewer2)

    assert seen(blind, people.reviewer) == ["The first.", "The second."]
    assert blind.use_case.__class__.objects.get().state == State.AWAITING_DECISION
    say(blind, people.reviewer, "Why so, @reviewer2?")


def test_the_timeline_of_a_blind_reviewer_tells_nothing_of_the_other(people, blind):
    say(blind, people.reviewer)
    say(blind, people.reviewer2)

    def actors(reader, *, is_blind=True):
        rows = events_of(blind.use_case, Reader(reader, office=True, is_blind=is_blind))
        return {event.actor for event in rows if event.kind == AuditKind.COMMENT_POSTED}

    assert actors(people.reviewer2) == {people.reviewer2}
    assert actors(people.lead, is_blind=False) == {people.reviewer, people.reviewer2}


# Pairs --------------------------------------------------------------------------------------------


def test_what_is_listed_is_what_may_be_read_and_who_may_be_mentioned_reads(people, blind):
    """Every thread, every person: the ruling, the list and the mentions agree."""
    extra = [user("reviewer3", Role.REVIEWER), user("auditor", Role.AUDITOR), user("stranger")]
    everybody = [
        people.requester, people.reviewer, people.reviewer2, people.lead, people.lead2, *extra
    ]  # fmt: skip
    say(blind, people.reviewer, "One.")
    say(blind, people.reviewer2, "Two, @lead.")
    say(blind, people.lead, "Three.")
    say(blind, people.lead, "Four, @reviewer.")
    draft(blind, people.lead2, "Five.")

    for signs in (None, people.reviewer, people.reviewer2):
        if signs:
            signed(blind, signs)
        seats = seats_of(blind)
        opened = is_open(blind, seats)
        for person in everybody:
            if not can_read_talk(person, blind):
                assert not any(can_read_thread(person, one) for one in Thread.objects.all())
                continue
            hidden = is_blind(person, blind, seats=seats, is_open=opened)
            listed = set(visible_threads(person, blind, blind=hidden))
            assert listed == {one for one in Thread.objects.all() if can_read_thread(person, one)}
            for one in listed:
                for other in mentionable(blind, by=person, thread=one):
                    assert can_read_talk(other, blind)
