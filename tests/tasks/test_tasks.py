"""Celery entry points: registered, scheduled, and on business time."""

from datetime import date, timedelta

import pytest

from rai_portal.celery import app
from reviews import tasks
from reviews.domain.enums import Outcome, ReviewKind, State
from reviews.models import DemoClock, Review, UseCase
from reviews.services.deciding import record_decision
from tests import builders, builders_deciding


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_every_scheduled_task_is_registered(name):
    assert app.conf.beat_schedule[name]["task"] in app.tasks


def test_open_due_rereviews_goes_by_the_demos_clock(roles, catalogue, settings):
    settings.DEMO = True
    people = builders_deciding.office()
    case = builders_deciding.awaiting_decision(people)
    drafts = builders_deciding.decisions(case, Outcome.APPROVED)
    record_decision(case, scenarios=drafts, by=people.lead, at=builders.NOW, on=builders.TODAY)
    UseCase.objects.filter(pk=case.pk).update(rereview_on=date(2090, 1, 1))
    DemoClock.objects.create(offset=timedelta(days=-365))
    assert tasks.open_due_rereviews() == 0

    DemoClock.objects.update(offset=timedelta(days=365 * 80))
    opened = tasks.open_due_rereviews()

    case.refresh_from_db()
    assert (opened, case.state) == (1, State.IN_REVIEW)
    assert Review.objects.get(use_case=case, closed_at=None).kind == ReviewKind.REREVIEW
