"""The audit log: appended in order, refused to change, and honest about tampering."""

import pytest
from django.db import DatabaseError, connection, transaction

from reviews.domain.enums import AuditKind
from reviews.models import AuditEvent
from reviews.services import audit
from tests import builders

# Deferred foreign keys of the set-up would otherwise block a change of the table.
SETTLED = "SET CONSTRAINTS ALL IMMEDIATE"
TRIGGERS_OFF = "ALTER TABLE reviews_auditevent DISABLE TRIGGER USER"
TRIGGERS_ON = "ALTER TABLE reviews_auditevent ENABLE TRIGGER USER"


@pytest.fixture
def three_events(db, now, today):
    team = builders.team()
    with transaction.atomic():
        for number in range(3):
            audit.record(
                AuditKind.TEAM_CREATED, subject=team, by=None, at=now, on=today, number=number
            )


def _tamper(*statements):
    with connection.cursor() as cursor:
        for statement in (SETTLED, TRIGGERS_OFF, *statements, TRIGGERS_ON):
            cursor.execute(statement)


def test_verify_accepts_what_record_wrote(three_events):
    found = audit.verify()

    assert (found.events, found.ok) == (3, True)


def test_record_leaves_no_gap_in_the_sequence(three_events):
    assert list(AuditEvent.objects.values_list("seq", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_auditevent SET kind = kind",
        "DELETE FROM reviews_auditevent",
        "TRUNCATE reviews_auditevent",
    ],
)
def test_database_refuses_to_change_an_event(three_events, statement):
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)

    assert audit.verify().events == 3


def test_verify_finds_a_flipped_byte(three_events):
    _tamper("""UPDATE reviews_auditevent SET data = '{"number": 7}' WHERE seq = 2""")

    assert audit.verify().first_bad == 2


def test_verify_finds_a_changed_day(three_events):
    _tamper("UPDATE reviews_auditevent SET business_on = '2023-06-02' WHERE seq = 3")

    assert audit.verify().first_bad == 3


def test_verify_finds_a_swapped_pair(three_events):
    _tamper(
        "UPDATE reviews_auditevent SET seq = 9 WHERE seq = 1",
        "UPDATE reviews_auditevent SET seq = 1 WHERE seq = 2",
        "UPDATE reviews_auditevent SET seq = 2 WHERE seq = 9",
    )

    assert audit.verify().first_bad == 1


def test_verify_finds_a_deleted_row(three_events):
    _tamper("DELETE FROM reviews_auditevent WHERE seq = 2")

    assert audit.verify().first_bad == 2


def test_verify_finds_a_deleted_last_row(three_events):
    _tamper("DELETE FROM reviews_auditevent WHERE seq = 3")

    assert audit.verify().first_bad == 3


def test_record_refuses_what_is_no_plain_data(three_events, now, today):
    with pytest.raises(TypeError, match="no plain data"):
        audit.record(
            AuditKind.TEAM_CREATED,
            subject=builders.team(),
            by=None,
            at=now,
            on=today,
            thing=object(),
        )
