"""A sender that stood still, while its mail was already taken by the mail server."""

import time

import pytest

from reviews.domain.enums import MailState
from reviews.models import Mail
from reviews.services import catalogue, roles
from reviews.services.reminding import ladders, sending
from tests.builders import NOW, TODAY
from tests.builders_mailing import EVERYBODY, WHEN, Letterbox, due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def reference_data(committed_db):
    roles.sync(at=NOW, on=TODAY)
    catalogue.sync(at=NOW, on=TODAY)
    ladders.sync(at=NOW, on=TODAY)


def test_a_sender_cut_off_after_the_servers_yes_still_marks_its_mail(settings):
    """Nobody took the mail meanwhile, so the token holds: it is sent, and never sent again."""
    settings.MAIL_LEASE_SECONDS = 1
    due()
    box = Letterbox()
    box.acts[EVERYBODY] = [lambda message: time.sleep(1.6)]  # the database ends the transaction

    result = sending.send_due(**WHEN, channels=box.as_channels())
    again = sending.send_due(**WHEN, channels=box.as_channels())

    assert (result.sent, again.sent, len(box.addresses)) == (1, 0, 1)
    assert Mail.objects.get().state == MailState.SENT
