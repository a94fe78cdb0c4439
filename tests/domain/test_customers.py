"""Invented customers: the same seed gives the same year, and each figure of the file acts."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from reviews.domain.customers import Act, Conduct, Subject, Year, counted, moves, stops
from reviews.domain.enums import DeploymentStatus
from reviews.domain.ladders import StepRule, dated_steps
from reviews.integrations.replay_data import manner

FIRST, LAST = date(2022, 6, 21), date(2023, 6, 30)
RULES = [StepRule(code, offset, ()) for code, offset in (("T-90", -90), ("T-7", -7), ("T+28", 28))]
STEPS = dated_steps(RULES, last_day=LAST)
SUBJECTS = [Subject(f"d{number}", f"c{number // 2}", LAST) for number in range(120)]
SILENCED = {"T-90": frozenset({DeploymentStatus.ACKNOWLEDGED, DeploymentStatus.PLAN_FILED})}


def year(seed=1, **figures):
    return Year(replace(manner(), **figures), seed)


def acts(of=None, subjects=SUBJECTS, silenced_by=SILENCED):
    return counted(
        of or year(),
        subjects,
        first=FIRST,
        steps={one.key: STEPS for one in subjects},
        silenced_by=silenced_by,
    )


def test_a_seed_is_a_year():
    assert acts() == acts()
    assert acts(year(2)) != acts()


def test_the_order_of_asking_changes_nothing():
    assert acts(subjects=SUBJECTS[::-1]) == acts()


def test_everybody_stops_in_the_end_and_once():
    ended = Counter(act.key for act in acts() if act.stopped_on)

    assert set(ended.values()) == {1}
    assert len(ended) == len(SUBJECTS)
    assert stops(acts()) == sorted(act.stopped_on for act in acts() if act.stopped_on)


def test_nobody_goes_back():
    assert not moves(DeploymentStatus.PLAN_FILED, Act(LAST, "d", DeploymentStatus.ACKNOWLEDGED))
    assert not moves(DeploymentStatus.DISCONTINUED, Act(LAST, "d", DeploymentStatus.PLAN_FILED))
    assert moves(DeploymentStatus.PLAN_FILED, Act(LAST, "d", DeploymentStatus.DISCONTINUED))


def test_who_gets_no_mail_answers_none():
    alone = [replace(one, is_reached=False) for one in SUBJECTS]

    found = acts(year(own_way=0.0), subjects=alone)

    assert {act.now for act in found} == {DeploymentStatus.DISCONTINUED}
    assert min(stops(found)) > STEPS[-1].due_on


def test_a_step_that_stays_quiet_is_answered_by_nobody():
    quiet = dict.fromkeys(("T-90", "T-7", "T+28"), frozenset(DeploymentStatus))

    found = acts(year(own_way=0.0), silenced_by=quiet)

    assert min(stops(found)) > STEPS[-1].due_on


def test_a_plan_leads_to_its_stop():
    one = Conduct(year(own_way=0.0), SUBJECTS[0], first=FIRST, last_step_on=STEPS[-1].due_on)
    plan = Act(LAST - timedelta(days=100), "d0", DeploymentStatus.PLAN_FILED)

    then = year().after(one.subject, plan)

    assert then.stopped_on == then.on
    assert plan.on < then.on <= LAST + timedelta(days=max(manner().plan_slips))


def test_the_willing_answer_more():
    few = acts(year(year_willing=[0.2]))
    many = acts(year(year_willing=[2.0]))

    def by_mail(found):
        return sum(act.on <= LAST for act in found)

    assert by_mail(few) * 2 < by_mail(many)


def test_after_the_last_step_a_share_stops_each_week():
    silent = {step: {} for step in manner().steps}
    found = stops(acts(year(own_way=0.0, steps=silent, afterwards=0.5)))

    first_week = sum(day <= STEPS[-1].due_on + timedelta(days=7) for day in found)

    assert 0.35 * len(SUBJECTS) < first_week < 0.65 * len(SUBJECTS)
