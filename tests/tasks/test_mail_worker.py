"""The mail worker as a process: told to end in the middle, it loses and doubles no mail."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection

from reviews.domain.enums import MailState
from reviews.integrations import bell
from reviews.models import Mail
from reviews.services import catalogue, roles
from reviews.services.reminding import ladders
from tests.builders import NOW, TODAY
from tests.builders_mailing import many
from tests.mail_server import mail_server
from tests.platform.processes import environment, until

WORKER = ["-m", "celery", "-A", "rai_portal.celery", "worker", "--queues", "mail"]
QUIET = ["--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
MAILS = 30


@pytest.fixture
def worker(committed_db, settings):
    """Starts workers on the test's database, broker and mail server; ends what is left of them."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        address = urlsplit(os.environ["DATABASE_URL"])
        process = subprocess.Popen(
            [sys.executable, *WORKER, *QUIET],
            env=environment(
                DATABASE_URL=address._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
                REDIS_URL=django_settings.REDIS_URL,
                EMAIL_URL=f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
                DEMO="0",
                STATIC_MANIFEST="0",
            ),
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whom", ["the worker", "its whole group"])
def test_a_worker_that_is_told_to_end(worker, settings, whom):
    for sync in (roles.sync, catalogue.sync, ladders.sync):
        sync(at=NOW, on=TODAY)
    many(MAILS)
    with current_app.connection_for_read() as broker:
        broker.default_channel.client.delete("mail")

    with mail_server(settings) as server:
        server.before_taking = lambda: time.sleep(0.1)
        first = worker()
        bell.ring()
        assert until(lambda: len(server.taken) >= 5, 60)
        send = os.kill if whom == "the worker" else os.killpg
        send(first.pid, signal.SIGTERM)
        assert first.wait(timeout=30) == 0

        left = Mail.objects.filter(state=MailState.DUE)
        assert 0 < len(left) < MAILS
        assert set(left.values_list("attempts", "lease_token")) == {(0, None)}
        assert Mail.objects.filter(state=MailState.SENT).count() == len(server.taken)

        second = worker()
        bell.ring()
        assert until(lambda: not Mail.objects.exclude(state=MailState.SENT).exists(), 60)
        second.terminate()
        second.wait(timeout=30)

    assert set(Counter(server.recipients()).values()) == {1}
    assert len(server.taken) == MAILS
