"""Fixtures that every floor uses."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.db import connection

from reviews.services import catalogue as catalogue_service
from reviews.services import roles as roles_service
from reviews.services.reminding import ladders as ladders_service
from tests.builders import NOW, TODAY

APPEND_ONLY = [
    "reviews_auditevent",
    "reviews_submission",
    "reviews_decisionround",
    "reviews_decision",
    "reviews_countersignature",
    "reviews_deploymentanswer",
    "reviews_registerchange",
]


@pytest.fixture
def now() -> datetime:
    """One fixed real moment, so that no test depends on the day it runs."""
    return NOW


@pytest.fixture
def today() -> date:
    """The business day that belongs to ``now``."""
    return TODAY


@pytest.fixture
def roles(db: None) -> None:
    """The groups, as ``sync_roles`` writes them."""
    roles_service.sync(at=NOW, on=TODAY)


@pytest.fixture
def catalogue(db: None) -> None:
    """The real catalogue, Standard and ladders, as ``sync_catalogue`` loads them."""
    catalogue_service.sync(at=NOW, on=TODAY)
    ladders_service.sync(at=NOW, on=TODAY)


@pytest.fixture
def committed_db(transactional_db: None) -> Iterator[None]:
    """A database whose commits other threads see.

    The flush at the end truncates; the append-only tables refuse that, so their triggers rest
    from the end of the test to the start of the next.
    """
    _triggers("ENABLE")
    yield
    _triggers("DISABLE")


def _triggers(verb: str) -> None:
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")
