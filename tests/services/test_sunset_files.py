"""Files of attestations and imports: kept while a row or a preview names them, then swept."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest

from reviews.domain.enums import Role
from reviews.domain.errors import BadInput
from reviews.services.sunset import attestations, kept_files, statuses
from reviews.services.sunset.attestations import UploadedFile
from tests.builders import customer, user
from tests.builders_sunset import WHEN, waiting

pytestmark = pytest.mark.django_db
LATER = datetime.now(tz=UTC) + timedelta(days=2)


def letter():
    return UploadedFile("letter.txt", "text/plain", io.BytesIO(b"We have stopped."))


def test_a_file_that_an_answer_names_stays_and_a_stray_goes(roles, catalogue):
    owner = user("owner", Role.SUNSET_OWNER)
    row = waiting(customer("Harbour Bank", owner=owner))
    attestations.sweep(at=LATER)
    answer = statuses.attest(
        row,
        said_by="Ada",
        stopped_on=date(2023, 5, 1),
        reason="Letter.",
        file=letter(),
        by=owner,
        **WHEN,
    )
    stray = attestations.keep(letter())["file"]

    assert attestations.sweep(at=datetime.now(tz=UTC)) == 0
    assert attestations.sweep(at=LATER) == 1
    storage = answer.file.storage
    assert storage.exists(answer.file.name)
    assert not storage.exists(stray)


def test_a_file_that_nobody_confirmed_goes_after_a_day():
    kept_files.sweep(at=LATER)
    stored = kept_files.keep("register.csv", "text/csv", io.BytesIO(b"customer,capability,use\n"))

    assert kept_files.read(stored) == b"customer,capability,use\n"
    assert kept_files.sweep(at=LATER) == 1
    with pytest.raises(BadInput, match="Upload it again"):
        kept_files.read(stored)
