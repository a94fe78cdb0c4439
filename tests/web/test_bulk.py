"""Assign and remind for many cases: the effect before, the act, the way back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.domain.enums import (
    AuditKind,
    Channel,
    MailKind,
    MailState,
    Outcome,
    ReviewKind,
    Role,
    State,
)
from reviews.domain.errors import BadInput, NotPermitted, StateConflict
from reviews.models import (
    AuditEvent,
    BulkAction,
    Mail,
    Membership,
    Review,
    ReviewAssignment,
    UseCase,
    Verdict,
)
from reviews.selectors.awaited_people import awaited_people
from reviews.services import assigning, bulk, nudging, questions, reviewing
from reviews.services.deciding import record_decision
from reviews.services.reminding.sending import send_due
from tests.builders import NOW, TODAY, use_case, user
from tests.builders_deciding import decisions, office
from tests.builders_reviewing import (
    LOW_RISK,
    WHEN,
    assigned,
    in_review,
    item,
    judge_all,
    next_round,
    signed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles", "catalogue")]
LIST = "/lists/use_cases/many/"


@pytest.fixture
def people():
    return office()


@pytest.fixture
def lead(client, people):
    client.force_login(people.lead)
    return people.lead


def keys(*reviews):
    return [review.use_case_id for review in reviews]


def seats():
    return {row.review_id: row.reviewer.username for row in ReviewAssignment.objects.all()}


def at_once(people, reviews, **how):
    return bulk.assign(keys(*reviews), reviewer=people.reviewer, by=people.lead, **{**WHEN, **how})


# Assign -------------------------------------------------------------------------------------------


def test_the_effect_says_row_by_row_what_would_happen_and_writes_nothing(people):
    free, full, own = in_review(people), in_review(people), in_review(people)
    assigned(full, people.reviewer2, people)
    assigned(own, people.reviewer, people)
    draft = use_case(people.team, by=people.requester)
    decided = in_review(people)
    UseCase.objects.filter(pk=decided.use_case_id).update(state=State.APPROVED)
    before = seats()

    effect, action = bulk.assign(
        [*keys(free, full, own, decided), draft.pk],
        reviewer=people.reviewer,
        by=people.lead,
        dry_run=True,
        **WHEN,
    )

    assert action is None
    assert effect.reached == (free.use_case_id,)
    assert effect.skipped[full.use_case_id] == "has the reviewers it needs"
    assert "already assigned" in effect.skipped[own.use_case_id]
    assert effect.skipped[draft.pk] == "not in review"
    assert "Approved" in effect.skipped[decided.use_case_id]
    assert seats() == before
    assert not BulkAction.objects.exists()


def test_the_effect_rests_on_the_rulings_of_a_single_assignment(people):
    Membership.objects.create(team=people.team, user=people.reviewer, since=NOW)
    review = in_review(people)

    effect, _ = at_once(people, [review], dry_run=True)

    with pytest.raises(NotPermitted) as refusal:
        assigning.assign(review, reviewer=people.reviewer, by=people.lead, **WHEN)
    assert effect.skipped == {review.use_case_id: refusal.value.message}


def test_many_are_assigned_each_with_its_event_and_one_for_all(people):
    reviews = [in_review(people) for _ in range(3)]

    _, action = at_once(people, reviews)

    assert seats() == {review.pk: "reviewer" for review in reviews}
    assert AuditEvent.objects.filter(kind=AuditKind.REVIEWER_ASSIGNED).count() == 3
    assert AuditEvent.objects.get(kind=AuditKind.BULK_DONE).data == {"action": "assign", "rows": 3}
    assert [row["case"] for row in action.effects] == [str(r.use_case.uid) for r in reviews]


def test_a_changed_world_is_told_and_not_overwritten(people):
    one, other = in_review(people), in_review(people)
    effect, _ = at_once(people, [one, other], dry_run=True)
    assigned(other, people.reviewer2, people)

    with pytest.raises(StateConflict, match="Something changed"):
        at_once(people, [one, other], shown=effect.digest)

    assert one.pk not in seats()


def test_only_a_lead_assigns_many_and_never_none_or_too_many(people):
    review = in_review(people)
    with pytest.raises(NotPermitted):
        bulk.assign(keys(review), reviewer=people.reviewer2, by=people.reviewer, **WHEN)
    with pytest.raises(BadInput, match="at least one"):
        bulk.assign([], reviewer=people.reviewer, by=people.lead, **WHEN)
    with pytest.raises(BadInput, match="1,000"):
        bulk.assign(range(1001), reviewer=people.reviewer, by=people.lead, **WHEN)


@pytest.mark.parametrize("count", [1, 3])
def test_the_effect_costs_the_same_for_any_number_of_rows(people, count, django_assert_num_queries):
    reviews = [in_review(people) for _ in range(count)]

    # savepoint and its end, lock, rounds, the part of two people, roles of each
    with django_assert_num_queries(8):
        at_once(people, reviews, dry_run=True)


def test_undo_takes_back_what_nobody_has_begun_and_says_why_the_rest_stays(people):
    fresh, begun, done, gone = (in_review(people) for _ in range(4))
    _, action = at_once(people, [fresh, begun, done, gone])
    judge_all(begun, people.reviewer)
    signed(done, people.reviewer)
    seat = ReviewAssignment.objects.get(review=gone)
    assigning.recuse(seat, reason="Ill.", by=people.reviewer, **WHEN)

    action = bulk.undo_assign(action, by=people.lead, **WHEN)

    assert [row["kept"] for row in action.effects] == [
        "",
        "has begun to judge",
        "has signed off meanwhile",
        "has stepped back meanwhile",
    ]
    assert fresh.pk not in seats()
    assert AuditEvent.objects.filter(kind=AuditKind.ASSIGNMENT_UNDONE).count() == 1
    assert AuditEvent.objects.get(kind=AuditKind.BULK_UNDONE).data["rows"] == 1
    assigned(fresh, people.reviewer, people)  # and may be assigned again


def test_undo_takes_back_what_only_carried_over(people):
    """An assignment brings the reviewer's own verdicts of the round before; that is no work yet."""
    first = in_review(people)
    assigned(first, people.reviewer, people)
    signed(first, people.reviewer)
    case = first.use_case
    record_decision(case, scenarios=decisions(case, Outcome.APPROVED), by=people.lead, **WHEN)
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)
    case.refresh_from_db()
    again = next_round(case, LOW_RISK, ReviewKind.DELTA)
    _, action = at_once(people, [again])
    assert Verdict.objects.filter(assignment__review=again).exists()

    action = bulk.undo_assign(action, by=people.lead, **WHEN)

    assert [row["kept"] for row in action.effects] == [""]
    assert again.pk not in seats()
    assert not Verdict.objects.filter(assignment__review=again).exists()
    assert Verdict.objects.filter(assignment__review=first).exists()


def test_undo_takes_back_what_was_carried_over_with_the_seat(people):
    again, begun = carried_over(people), carried_over(people)
    _, action = at_once(people, [again, begun])
    kept = Verdict.objects.filter(assignment__review__in=[again, begun], carried_from__isnull=False)
    assert set(kept.values_list("assignment__review", flat=True)) == {again.pk, begun.pk}
    one = item(begun, "A4.1")
    reviewing.save_verdict(one, value="not_met", note="No.", version=1, by=people.reviewer, **WHEN)

    action = bulk.undo_assign(action, by=people.lead, **WHEN)

    assert [row["kept"] for row in action.effects] == ["", "has begun to judge"]
    assert set(seats()) & {again.pk, begun.pk} == {begun.pk}
    assert set(kept.values_list("assignment__review", flat=True)) == {begun.pk}


def test_undo_leaves_a_round_alone_that_ended(people):
    ended = carried_over(people)
    _, action = at_once(people, [ended])
    next_round(ended.use_case, LOW_RISK, ReviewKind.DELTA)

    action = bulk.undo_assign(action, by=people.lead, **WHEN)

    assert [row["kept"] for row in action.effects] == ["the round has ended meanwhile"]


def carried_over(people):
    """A second round whose next reviewer has judged all in the first."""
    first = in_review(people)
    assigned(first, people.reviewer, people)
    judge_all(first, people.reviewer)
    Review.objects.filter(pk=first.pk).update(closed_at=NOW)
    return next_round(first.use_case, LOW_RISK, ReviewKind.DELTA)


def test_undo_is_for_half_an_hour_once_and_for_who_did_it(people):
    _, action = at_once(people, [in_review(people)])

    with pytest.raises(NotPermitted):
        bulk.undo_assign(action, by=people.lead2, **WHEN)
    with pytest.raises(StateConflict, match="Half an hour"):
        bulk.undo_assign(action, by=people.lead, at=NOW + timedelta(minutes=31), on=TODAY)
    bulk.undo_assign(action, by=people.lead, at=NOW + timedelta(minutes=30), on=TODAY)
    with pytest.raises(StateConflict, match="already"):
        bulk.undo_assign(action, by=people.lead, **WHEN)


# Remind -------------------------------------------------------------------------------------------


def remind(people, reviews, **how):
    return nudging.remind(
        keys(*reviews), awaiting=awaited_people, by=people.lead, **{**WHEN, **how}
    )


def told(effect):
    return set(effect.told.values())


def test_everybody_a_case_waits_for_is_found(people, django_assert_max_num_queries):
    waits_for_lead = in_review(people)
    reviewing, asked, done = in_review(people), in_review(people), in_review(people)
    for one in (reviewing, asked, done):
        assigned(one, people.reviewer, people)
    questions.ask(asked, item=None, text="Why?", by=people.reviewer, **WHEN)
    signed(done, people.reviewer)
    Membership.objects.create(team=people.team, user=people.lead3, since=NOW)

    with django_assert_max_num_queries(8):
        found = awaited_people(keys(waits_for_lead, reviewing, asked, done))

    def names(review):
        return {one.username for one in found[review.use_case_id].people}

    assert names(waits_for_lead) == {"lead", "lead2"}
    assert names(reviewing) == {"reviewer"}
    assert names(asked) == {"requester", "lead3"}
    assert names(done) == {"lead", "lead2"}


def test_each_person_gets_one_message_about_all_their_cases(people):
    reviews = [in_review(people, title=f"Case {number}") for number in range(3)]
    for review in reviews:
        assigned(review, people.reviewer, people)

    effect, action = remind(people, reviews)

    assert len(effect.reached) == 3
    mails = {mail.channel: mail for mail in Mail.objects.all()}
    assert set(mails) == {Channel.INBOX, Channel.EMAIL}
    mail = mails[Channel.EMAIL]
    assert (mail.kind, mail.user, mail.state) == (MailKind.NOTICE, people.reviewer, MailState.DUE)
    assert mail.due_at == NOW + timedelta(minutes=10)
    assert mail.subject == "3 use cases wait for you"
    assert all(f"Case {number}" in mail.text for number in range(3))
    assert AuditEvent.objects.filter(kind=AuditKind.AWAITED_REMINDED).count() == 3
    assert action.kind == "remind"


def test_nobody_is_reminded_of_a_case_twice_within_two_working_days(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    remind(people, [review])

    for days in (0, 1):
        effect, _ = remind(
            people,
            [review],
            dry_run=True,
            at=NOW + timedelta(days=days),
            on=TODAY + timedelta(days=days),
        )
        assert effect.skipped == {review.use_case_id: "reminded within the last two working days"}
    # TODAY is a Thursday: the second working day after it is Monday
    later = {"at": NOW + timedelta(days=4), "on": TODAY + timedelta(days=4)}
    assert remind(people, [review], dry_run=True, **later)[0].reached == (review.use_case_id,)


def test_who_asks_is_not_reminded_and_what_waits_for_nobody_is_skipped(people):
    mine = in_review(people)
    for other in (people.lead2, people.lead3):
        other.groups.clear()
    draft = use_case(people.team, by=people.requester)

    effect, action = nudging.remind(
        [mine.use_case_id, draft.pk], awaiting=awaited_people, by=people.lead, **WHEN
    )

    assert effect.skipped == {mine.use_case_id: "waits for you", draft.pk: "waits for nobody"}
    assert action is None
    assert not Mail.objects.exists()


def test_another_person_to_be_told_is_a_changed_world(people):
    review = in_review(people)
    seat = assigned(review, people.reviewer, people)
    effect, _ = remind(people, [review], dry_run=True)
    assert told(effect) == {"Reviewer"}
    assigning.recuse(seat, reason="Ill.", by=people.reviewer, **WHEN)
    assigned(review, people.reviewer2, people)

    with pytest.raises(StateConflict, match="Something changed"):
        remind(people, [review], shown=effect.digest)


def test_undo_cancels_what_has_not_left_and_says_what_has(people):
    one, other = in_review(people), in_review(people)
    assigned(one, people.reviewer, people)
    assigned(other, people.reviewer2, people)
    _, action = remind(people, [one, other])
    Mail.objects.filter(user=people.reviewer2).update(state=MailState.SENT)

    action = nudging.undo(action, by=people.lead, **WHEN)

    assert [row["kept"] for row in action.effects] == ["", "has been sent"]
    states = set(Mail.objects.filter(user=people.reviewer).values_list("state", flat=True))
    assert states == {MailState.CANCELLED}
    assert AuditEvent.objects.filter(kind=AuditKind.REMINDER_UNDONE).count() == 1
    # what was taken back may be asked for again
    assert remind(people, [one, other], dry_run=True)[0].reached == (one.use_case_id,)


LATER = {"at": NOW + nudging.WAIT, "on": TODAY}


def test_what_has_gone_on_is_left_out_when_the_message_leaves(people):
    stays, goes = in_review(people, title="It stays"), in_review(people, title="It goes")
    for one in (stays, goes):
        assigned(one, people.reviewer, people)
    remind(people, [stays, goes])
    signed(goes, people.reviewer)

    send_due(**LATER)

    for mail in Mail.objects.filter(user=people.reviewer):
        assert mail.state == MailState.SENT
        assert mail.subject == "1 use case waits for you"
        assert "It stays" in mail.text
        assert "It goes" not in mail.text


def test_a_message_about_nothing_that_still_waits_is_not_sent(people):
    review = in_review(people)
    assigned(review, people.reviewer, people)
    remind(people, [review])
    signed(review, people.reviewer)

    result = send_due(**LATER)

    assert (result.sent, result.empty) == (0, 2)


def test_what_still_waits_is_said_as_it_was_asked_for(people):
    """For whoever may be awaited: the list of people and “my turn” must not part."""
    with_lead, asked, done = (in_review(people) for _ in range(3))
    for one in (asked, done):
        assigned(one, people.reviewer, people)
    questions.ask(asked, item=None, text="Why?", by=people.reviewer, **WHEN)
    signed(done, people.reviewer)
    remind(people, [with_lead, asked, done])
    before = {mail.pk: mail.text for mail in Mail.objects.all()}

    result = send_due(**LATER)

    assert (result.sent, result.empty) == (len(before), 0)
    assert {mail.pk: mail.text for mail in Mail.objects.all()} == before


def test_only_a_lead_reminds(people):
    review = in_review(people)
    with pytest.raises(NotPermitted):
        nudging.remind(keys(review), awaiting=awaited_people, by=people.reviewer, **WHEN)


# Pages --------------------------------------------------------------------------------------------


def picks(*reviews):
    return [("pick", str(review.use_case.uid)) for review in reviews]


def ask(client, action, given, post=None):
    address = f"{LIST}{action}/?" + "&".join(f"{name}={value}" for name, value in given)
    return client.get(address) if post is None else client.post(address, post)


def test_the_page_shows_the_effect_then_acts_then_undoes(client, lead, people):
    one, other = in_review(people, title="One"), in_review(people, title="Other")
    assigned(other, people.reviewer2, people)
    given = [*picks(one, other), ("person", "reviewer")]

    page = ask(client, "assign", given)
    assert page.context["says"] == (
        "1 will be assigned to Reviewer, 1 skipped: has the reviewers it needs"
    )
    assert [line.main for line in page.context["reached"]] == ["One"]

    done = ask(client, "assign", given, {"shown": page.context["shown"]})
    assert seats()[one.pk] == "reviewer"
    shown = client.get(done["Location"])
    assert "Undo" in shown.text

    client.post(reverse("reviews:bulk_undo", args=[shown.context["action"].uid]))
    assert one.pk not in seats()
    again = client.get(done["Location"])
    assert "taken back" in again.text
    assert "<button" not in again.text.split('id="undo-title"')[1].split("</section>")[0]


def test_a_changed_world_is_shown_anew(client, lead, people):
    one, other = in_review(people), in_review(people)
    given = [*picks(one, other), ("person", "reviewer")]
    shown = ask(client, "assign", given).context["shown"]
    assigned(other, people.reviewer2, people)

    page = ask(client, "assign", given, {"shown": shown})

    assert "Something changed since you looked" in page.text
    assert page.context["says"].startswith("1 will be assigned")
    assert one.pk not in seats()


def test_everything_under_the_filter_leaves_the_ticks_aside(client, lead, people):
    one, other = in_review(people, title="Yard one"), in_review(people, title="Yard two")
    in_review(people, title="Elsewhere")
    given = [("q", "yard"), ("all", "yes"), *picks(one)]

    page = client.get(
        f"{LIST}remind/?" + "&".join(f"{name}={value}" for name, value in given), follow=True
    )

    assert {line.main for line in page.context["reached"]} == {"Yard one", "Yard two"}
    assert other


def test_nothing_chosen_and_strangers_are_refused(client, lead, people):
    assert client.get(f"{LIST}remind/").status_code == 400
    assert client.get(f"{LIST}dance/").status_code == 404
    assert client.get("/lists/sunset/many/remind/").status_code == 404
    client.force_login(people.reviewer)
    assert client.get(f"{LIST}remind/?all=yes").status_code == 403
    assert "Assign …" not in client.get("/use-cases/").text


def test_only_who_did_it_sees_what_was_done(client, lead, people):
    _, action = at_once(people, [in_review(people)])
    client.force_login(people.lead2)

    assert client.get(reverse("reviews:bulk_done", args=[action.uid])).status_code == 404
    undo = client.post(reverse("reviews:bulk_undo", args=[action.uid]))
    assert undo.status_code == 404


def test_who_is_no_lead_any_more_takes_nothing_back(client, lead, people):
    _, action = at_once(people, [in_review(people)])
    people.lead.groups.clear()
    seats = ReviewAssignment.objects.count()

    undo = client.post(reverse("reviews:bulk_undo", args=[action.uid]))

    assert undo.status_code == 403
    assert ReviewAssignment.objects.count() == seats


def test_the_list_of_reviews_has_the_same_actions(client, lead, people):
    review = in_review(people)
    address = f"/lists/reviews/many/assign/?view=all&pick={review.use_case.uid}&person=reviewer"

    page = client.get(address)

    assert [line.main for line in page.context["reached"]] == [review.use_case.title]


def test_the_chosen_rows_are_exported_by_the_lists_own_export(client, people):
    client.force_login(user("someone", Role.AUDITOR))
    one = in_review(people)
    uid = one.use_case.uid

    chosen = client.get(f"/lists/use_cases/many/export/?state=in_review&pick={uid}")
    whole = client.get(f"/lists/use_cases/many/export/?state=in_review&pick={uid}&all=yes")

    assert chosen["Location"] == f"/exports/use-cases.csv?state=in_review&pick={uid}"
    assert whole["Location"] == "/exports/use-cases.csv?state=in_review"
