"""Statuses and attestations: a reason for each, a row and an event for each, undone by another."""

import io
from datetime import date

import pytest

from reviews.domain.enums import AnswerKind, AuditKind, DeploymentStatus, Role
from reviews.domain.errors import BadInput, Incomplete, NotPermitted, StateConflict
from reviews.domain.sunset import Skip
from reviews.integrations import uploads
from reviews.models import AuditEvent, Deadline, DeploymentAnswer, RegisterChange
from reviews.services.sunset import attestations, statuses
from reviews.services.sunset.attestations import UploadedFile
from tests.builders import customer, user
from tests.builders_sunset import WHEN, waiting

STATUS = DeploymentStatus
pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(roles, catalogue):
    return user("owner", Role.SUNSET_OWNER)


@pytest.fixture
def row(owner):
    return waiting(customer("Harbour Bank", owner=owner))


def deadline_of(row):
    return Deadline.objects.get(subject_kind="deployment", subject_id=row.pk, is_current=True)


def test_a_status_keeps_who_when_and_why(owner, row):
    statuses.set_status(row, status=STATUS.ACKNOWLEDGED, reason=" Called. ", by=owner, **WHEN)

    row.refresh_from_db()
    change = RegisterChange.objects.get()
    event = AuditEvent.objects.filter(kind=AuditKind.DEPLOYMENT_MOVED).get()
    assert (row.status, row.version, row.changed_at) == ("acknowledged", 2, WHEN["at"])
    assert (change.was, change.now, change.reason) == ("discovered", "acknowledged", "Called.")
    assert (change.by, change.at) == (owner, WHEN["at"])
    assert (event.actor, event.data["change"]) == (owner, str(change.uid))
    assert "Called" not in str(event.data)


def test_without_a_reason_nothing_moves(owner, row):
    with pytest.raises(Incomplete):
        statuses.set_status(row, status=STATUS.ACKNOWLEDGED, reason=" ", by=owner, **WHEN)

    row.refresh_from_db()
    assert row.status == STATUS.DISCOVERED


def test_others_may_not(row):
    stranger = user("stranger", Role.REVIEWER)
    with pytest.raises(NotPermitted):
        statuses.set_status(row, status=STATUS.MIGRATING, reason="x", by=stranger, **WHEN)
    with pytest.raises(NotPermitted):
        statuses.attest(
            row, said_by="Ada", stopped_on=date(2023, 5, 1), reason="x", by=stranger, **WHEN
        )


def test_not_theirs_closes_the_deadline_and_the_undo_opens_it_again(owner, row):
    statuses.set_status(row, status=STATUS.NOT_THEIRS, reason="Wrong tenant.", by=owner, **WHEN)
    assert not Deadline.objects.filter(subject_id=row.pk, is_current=True, is_open=True).exists()

    statuses.set_status(row, status=STATUS.NOTIFIED, reason="It is theirs.", by=owner, **WHEN)
    assert deadline_of(row).is_open
    assert [one.reason for one in row.register_changes.all()] == ["Wrong tenant.", "It is theirs."]


def test_discontinued_needs_an_attestation(owner, row):
    with pytest.raises(BadInput, match="attestation"):
        statuses.set_status(row, status=STATUS.DISCONTINUED, reason="x", by=owner, **WHEN)


def test_an_attestation_has_a_name_a_day_and_a_file(owner, row):
    letter = UploadedFile("letter.txt", "text/plain", io.BytesIO(b"We have stopped."))

    answer = statuses.attest(
        row,
        said_by="Ada Example, CTO",
        stopped_on=date(2023, 5, 31),
        reason="Letter of today.",
        file=letter,
        by=owner,
        **WHEN,
    )

    row.refresh_from_db()
    assert (row.status, row.discontinued_on) == ("discontinued", date(2023, 5, 31))
    assert row.heard_at == WHEN["at"]
    assert answer.kind == AnswerKind.STOPPED
    assert answer.entered_by == owner
    with answer.file.open("rb") as kept:
        assert kept.read() == b"We have stopped."
    assert len(answer.digest) == 64
    assert not Deadline.objects.filter(subject_id=row.pk, is_open=True).exists()


def test_an_attestation_that_fails_leaves_no_file(owner, row):
    letter = UploadedFile("letter.txt", "text/plain", io.BytesIO(b"We have stopped."))
    before = _stored()

    with pytest.raises(Incomplete):
        statuses.attest(
            row, said_by="", stopped_on=date(2023, 5, 1), reason="x", file=letter, by=owner, **WHEN
        )
    assert not DeploymentAnswer.objects.exists()
    assert _stored() == before


def _stored():
    """Every file in the folder of attestations."""
    late = WHEN["at"].replace(year=2099)
    return uploads.strays((), older_than=late, folder=attestations.FOLDER)


def test_a_file_of_another_kind_is_refused(owner, row):
    program = UploadedFile("letter.exe", "application/x-dosexec", io.BytesIO(b"MZ"))
    with pytest.raises(BadInput, match="not of a kind"):
        statuses.attest(
            row,
            said_by="Ada",
            stopped_on=date(2023, 5, 1),
            reason="x",
            file=program,
            by=owner,
            **WHEN,
        )


def test_what_was_attested_is_not_attested_again(owner, row):
    given = {"said_by": "Ada", "stopped_on": date(2023, 5, 1), "reason": "Call.", "by": owner}
    statuses.attest(row, **given, **WHEN)
    with pytest.raises(StateConflict, match="Discontinued"):
        statuses.attest(row, **given, **WHEN)


def test_an_undone_attestation_stays_on_record(owner, row):
    statuses.attest(
        row, said_by="Ada", stopped_on=date(2023, 5, 1), reason="Call.", by=owner, **WHEN
    )
    statuses.set_status(row, status=STATUS.MIGRATING, reason="Still calls.", by=owner, **WHEN)

    row.refresh_from_db()
    assert row.discontinued_on is None
    assert DeploymentAnswer.objects.get().stopped_on == date(2023, 5, 1)
    assert deadline_of(row).is_open


def test_details_change_only_from_the_version_that_was_seen(owner, row):
    given = {"in_use_since": None, "time_zone": "Asia/Tokyo", "plan": "", "note": "", "reason": "x"}
    statuses.change_details(row, **given, version=1, by=owner, **WHEN)

    row.refresh_from_db()
    assert row.time_zone == deadline_of(row).time_zone == "Asia/Tokyo"
    with pytest.raises(StateConflict, match="Somebody changed"):
        statuses.change_details(row, **given, version=1, by=owner, **WHEN)
    with pytest.raises(StateConflict, match="Nothing differs"):
        statuses.change_details(row, **given, version=2, by=owner, **WHEN)


def test_many_at_once_say_before_what_they_do(owner):
    bank = customer("Bank", owner=owner)
    rows = [
        waiting(bank, use="A"),
        waiting(bank, use="B", status=STATUS.PLAN_FILED, plan="By May."),
        waiting(bank, use="C", plan="By June."),
        waiting(bank, use="D"),
        waiting(bank, use="E", plan="By May.", status=STATUS.DISCONTINUED),
    ]
    keys = [row.pk for row in rows]
    given = {"status": STATUS.PLAN_FILED, "reason": "Letters came.", "by": owner, **WHEN}

    seen = statuses.set_status_of(keys, **given, dry_run=True)
    assert not RegisterChange.objects.exists()
    done = statuses.set_status_of(keys, **given, shown=seen.digest)

    assert done == seen
    assert seen.reached == (rows[2].pk,)
    assert seen.skipped == {
        rows[0].pk: Skip.NO_PLAN,
        rows[1].pk: Skip.SAME_STATUS,
        rows[3].pk: Skip.NO_PLAN,
        rows[4].pk: Skip.NOT_RUNNING,
    }
    rows[2].refresh_from_db()
    assert (rows[2].status, rows[2].version) == ("plan_filed", 2)
    assert AuditEvent.objects.filter(kind=AuditKind.DEPLOYMENT_MOVED).count() == 1


def test_another_effect_than_the_one_shown_is_not_done(owner, row):
    given = {"status": STATUS.MIGRATING, "reason": "x", "by": owner, **WHEN}
    seen = statuses.set_status_of([row.pk], **given, dry_run=True)
    statuses.set_status(row, **given)

    with pytest.raises(StateConflict, match="changed since you looked"):
        statuses.set_status_of([row.pk], **given, shown=seen.digest)
