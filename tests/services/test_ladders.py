"""Ladders come from files; a changed one moves what the plan looks at."""

from datetime import date

import pytest

from reviews.domain.errors import BadDataFile
from reviews.models import AuditEvent, Deadline, Ladder, LadderStep
from reviews.services.reminding import ladders
from tests.builders import NOW, TODAY
from tests.builders_access import WHEN
from tests.builders_reminding import current, followed, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    for path in ladders.FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text())
    return tmp_path


def change(folder, old, new, *, name="sunset"):
    path = folder / f"{name}.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_sync_loads_a_ladder_for_each_kind_and_a_second_run_writes_nothing():
    first = ladders.sync(**WHEN)
    events = AuditEvent.objects.count()

    assert len(first.created) == 6
    assert LadderStep.objects.filter(ladder__code="sunset").count() == 17
    assert not ladders.sync(**WHEN)
    assert AuditEvent.objects.count() == events


def test_a_step_that_left_its_file_is_kept_but_inactive(folder):
    ladders.sync(**WHEN)
    change(folder, 'code = "T-3"', 'code = "T-4"')
    change(folder, "offset_days = -3\n", "offset_days = -4\n")

    report = ladders.sync(folder=folder, **WHEN)

    assert (report.changed, report.unchanged) == (("sunset",), 5)
    active = dict(LadderStep.objects.filter(ladder__code="sunset").values_list("code", "is_active"))
    assert (active["T-3"], active["T-4"]) == (False, True)


def test_a_changed_ladder_moves_the_day_that_the_plan_looks_at(roles, catalogue, folder):
    waiting, looked_at = running(), running()
    followed(waiting, on=TODAY)
    followed(looked_at, on=TODAY)
    Deadline.objects.filter(subject_id=looked_at.pk).update(next_step_on=date(2023, 6, 16))
    change(folder, "offset_days = -14\n", "offset_days = -15\n")

    ladders.sync(folder=folder, at=NOW, on=TODAY)

    # What was reached and not yet planned stays; what was planned is not said again.
    assert current(waiting).next_step_on == date(2023, 5, 31)
    assert current(looked_at).next_step_on == date(2023, 6, 15)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('audiences = ["contact"]', 'audiences = ["everyone"]', "“everyone” is not contact"),
        ("offset_days = -365", 'offset_days = "-365"', "field offset_days: '-365' is not what"),
        ('code = "T-180"', 'code = "T-365"', "step “T-365”, field code: given twice"),
        ("is_manual = true", "is_manual = true\ncolour = 1", "field colour: no such field"),
        ('ask = "Has the replacement been tested?"\n', "", "step “T-90”, field ask: it is missing"),
        ('subject_kind = "deployment"', 'subject_kind = "grant"', "another ladder leads there"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place_and_nothing_is_written(folder, old, new, words):
    change(folder, old, new)

    with pytest.raises(BadDataFile, match=words):
        ladders.sync(folder=folder, **WHEN)


def test_nothing_is_written_when_one_file_is_wrong(folder):
    change(folder, "offset_days = -365", "offset_days = 0.5")

    with pytest.raises(BadDataFile):
        ladders.sync(folder=folder, **WHEN)
    assert not Ladder.objects.exists()
