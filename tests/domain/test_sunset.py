"""The way out: where answers lead, what a snooze may silence, what the office may set."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import sunset
from reviews.domain.enums import AnswerKind, DeploymentStatus
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.domain.sunset import Effect, Skip

LAST = date(2023, 6, 30)
STATUS = DeploymentStatus


@pytest.mark.parametrize(
    ("was", "said", "now"),
    [
        (STATUS.DISCOVERED, AnswerKind.ACKNOWLEDGED, STATUS.ACKNOWLEDGED),
        (STATUS.MIGRATING, AnswerKind.ACKNOWLEDGED, STATUS.MIGRATING),
        (STATUS.NOTIFIED, AnswerKind.STOPPED, STATUS.DISCONTINUED),
        (STATUS.PLAN_FILED, AnswerKind.NOT_OURS, STATUS.NOT_THEIRS),
        (STATUS.NOTIFIED, AnswerKind.MORE_TIME, STATUS.ACKNOWLEDGED),
        (STATUS.NOTIFIED, AnswerKind.SOMEONE_ELSE, STATUS.NOTIFIED),
        (STATUS.NOTIFIED, AnswerKind.SNOOZED, STATUS.NOTIFIED),
    ],
)
def test_an_answer_leads_forward_only(was, said, now):
    assert sunset.after_answer(was, said) is now


@given(st.sampled_from(STATUS), st.sampled_from(AnswerKind))
def test_no_answer_moves_a_running_deployment_back(was, said):
    now = sunset.after_answer(was, said)

    if now in sunset.ORDER:
        assert was in sunset.ORDER
        assert sunset.ORDER.index(now) >= sunset.ORDER.index(was)


def test_the_first_mail_notifies_whoever_was_only_discovered():
    assert sunset.after_notice(STATUS.DISCOVERED) is STATUS.NOTIFIED
    assert sunset.after_notice(STATUS.MIGRATING) is STATUS.MIGRATING
    assert sunset.after_notice(STATUS.DISCONTINUED) is STATUS.DISCONTINUED


def test_a_snooze_lasts_fourteen_days():
    assert sunset.snoozed_until(date(2023, 5, 1), last_day=LAST) == date(2023, 5, 15)


def test_a_snooze_ends_on_the_day_before_the_step_a_week_before_the_end():
    assert sunset.snoozed_until(date(2023, 6, 15), last_day=LAST) == date(2023, 6, 22)


def test_a_snooze_respects_that_the_step_moves_to_the_working_day_before():
    sunday_minus_seven = date(2023, 7, 2)  # T-7 is Sunday, 25 June: it moves to Friday, 23 June

    assert sunset.snoozed_until(date(2023, 6, 20), last_day=sunday_minus_seven) == date(2023, 6, 22)


def test_in_the_last_week_nothing_can_be_snoozed():
    with pytest.raises(StateConflict, match="too near"):
        sunset.snoozed_until(date(2023, 6, 23), last_day=LAST)


@given(st.dates(date(2022, 1, 1), date(2024, 12, 31)), st.integers(0, 400))
def test_no_snooze_reaches_the_last_week(last_day, before):
    on = last_day - timedelta(days=before)
    try:
        until = sunset.snoozed_until(on, last_day=last_day)
    except StateConflict:
        return
    assert on <= until <= on + timedelta(days=14)
    assert until < last_day - timedelta(days=7)


def test_a_link_can_be_used_until_four_weeks_after_the_last_day():
    assert sunset.link_usable(LAST, on=date(2023, 7, 28))
    assert not sunset.link_usable(LAST, on=date(2023, 7, 29))


@pytest.mark.parametrize("was", STATUS)
@pytest.mark.parametrize("now", STATUS)
def test_the_office_may_set_every_status_but_discontinued(was, now):
    if was is now:
        with pytest.raises(StateConflict):
            sunset.check_move(was, now, plan="by May")
    elif now is STATUS.DISCONTINUED:
        with pytest.raises(BadInput, match="attestation"):
            sunset.check_move(was, now, plan="")
    else:
        sunset.check_move(was, now, plan="by May")


def test_a_plan_is_filed_when_there_is_one():
    with pytest.raises(Incomplete) as refused:
        sunset.check_move(STATUS.NOTIFIED, STATUS.PLAN_FILED, plan="  ")

    assert refused.value.missing == ("plan",)


def test_an_attestation_needs_a_name_and_a_day_that_has_come():
    with pytest.raises(Incomplete, match="name"):
        sunset.check_attestation(" ", LAST, on=LAST)
    with pytest.raises(Incomplete, match="last day of use"):
        sunset.check_attestation("Ada", None, on=LAST)
    with pytest.raises(BadInput, match="future"):
        sunset.check_attestation("Ada", LAST + timedelta(days=1), on=LAST)

    assert sunset.check_attestation(" Ada ", LAST, on=LAST) == "Ada"


@pytest.mark.parametrize(
    ("status", "on", "snoozed", "why"),
    [
        (STATUS.NOTIFIED, date(2023, 6, 1), None, None),
        (STATUS.ACKNOWLEDGED, date(2023, 6, 1), None, Skip.ACKNOWLEDGED),
        (STATUS.MIGRATING, date(2023, 6, 22), None, Skip.MIGRATING),
        (STATUS.MIGRATING, date(2023, 6, 23), None, None),
        (STATUS.NOTIFIED, date(2023, 6, 1), date(2023, 6, 1), Skip.SNOOZED),
        (STATUS.NOTIFIED, date(2023, 6, 2), date(2023, 6, 1), None),
        (STATUS.DISCONTINUED, date(2023, 6, 30), None, Skip.NOT_RUNNING),
        (STATUS.ACKNOWLEDGED, date(2023, 7, 14), None, None),
    ],
)
def test_who_is_left_in_peace(status, on, snoozed, why):
    assert sunset.why_not_remind(status, last_day=LAST, snoozed=snoozed, on=on) is why


def test_an_effect_counts_why_rows_were_left_out():
    effect = Effect((1, 2), {3: Skip.SNOOZED, 4: Skip.ACKNOWLEDGED, 5: Skip.ACKNOWLEDGED})

    assert effect.reasons == {Skip.ACKNOWLEDGED: 2, Skip.SNOOZED: 1}
    assert effect.digest == Effect((2, 1), dict(reversed(effect.skipped.items()))).digest
    assert effect.digest != Effect((1,), effect.skipped).digest


def test_an_action_takes_some_and_not_too_many():
    with pytest.raises(BadInput, match="at least one"):
        sunset.check_many([])
    with pytest.raises(BadInput, match="more than 1,000 rows"):
        sunset.check_many(range(1_001))
