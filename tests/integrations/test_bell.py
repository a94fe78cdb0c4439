"""The bell is heard by the broker, and never holds whoever rings."""

import json
import socket
import time

import pytest
from celery import current_app

from reviews.integrations import bell


@pytest.fixture
def broker(settings):
    """Sets the broker for a test; the address that the settings began with comes back."""
    before = current_app.conf.broker_url

    def use(url: str) -> None:
        current_app.conf.broker_url = url

    yield use
    current_app.conf.broker_url = before


def test_the_bell_puts_one_task_into_the_mail_queue():
    with current_app.connection_for_read() as connection:
        client = connection.default_channel.client
        client.delete("mail")
        assert bell.ring() is True
        waiting = [json.loads(task) for task in client.lrange("mail", 0, -1)]
        client.delete("mail")

    assert [task["headers"]["task"] for task in waiting] == ["reviews.send_mails"]


def test_a_broker_that_refuses_costs_less_than_a_second(broker, tmp_path):
    broker(f"redis+socket://{tmp_path / 'nobody'}?virtual_host=0")
    begun = time.monotonic()

    assert bell.ring() is False
    assert time.monotonic() - begun < 1


def test_a_broker_that_accepts_and_stays_silent_costs_less_than_a_second(broker):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        begun = time.monotonic()

        assert bell.ring() is False
        assert time.monotonic() - begun < 1
