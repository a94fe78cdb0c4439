"""The harness's mail server: what it says, what it takes, what it writes down."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.mailbox import Mailbox

LETTER = "Message-ID: <{name}@office.example>\r\nSubject: Hello\r\n\r\nUntil 30 June 2023.\r\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    running = Mailbox(tmp_path / "sink")
    yield running
    running.close()


def send(mailbox: Mailbox, to: str, name: str = "one") -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as server:
        server.sendmail("portal@office.example", [to], LETTER.format(name=name))


def test_a_letter_is_taken_and_written_down(mailbox):
    send(mailbox, "a1@customers.example")

    (arrival,) = mailbox.post().arrivals
    assert (arrival.to, arrival.message_id, arrival.subject, arrival.text.strip()) == (
        "a1@customers.example",
        "<one@office.example>",
        "Hello",
        "Until 30 June 2023.",
    )


def test_copies_are_counted_by_message_id(mailbox):
    for name in ("one", "two", "one"):
        send(mailbox, "a1@customers.example", name)

    post = mailbox.post()
    assert post.twice() == 1
    assert post.recipients() == {"a1@customers.example": 2}


def test_an_unknown_recipient_hears_550(mailbox):
    mailbox.behave(unknown=["a1@customers.example"])

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(mailbox, "a1@customers.example")

    assert refusal.value.recipients["a1@customers.example"][0] == 550
    assert mailbox.post().arrivals == []
    assert mailbox.refusals() == {550: 1}


def test_every_second_recipient_hears_421_so_many_times(mailbox):
    mailbox.behave(busy_turns=1)

    send(mailbox, "a1@customers.example", "one")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mailbox, "a2@customers.example", "two")
    send(mailbox, "a2@customers.example", "two")

    assert [arrival.to for arrival in mailbox.post().arrivals] == [
        "a1@customers.example",
        "a2@customers.example",
    ]


def test_a_dropped_letter_has_arrived_though_nobody_was_told(mailbox):
    mailbox.behave(drops=["a1@customers.example"])

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mailbox, "a1@customers.example")
    send(mailbox, "a1@customers.example")

    assert [arrival.dropped for arrival in mailbox.post().arrivals] == [True, False]
    assert mailbox.post().twice() == 1


def test_nobody_listens_while_it_refuses(mailbox):
    mailbox.refuse()
    with pytest.raises(ConnectionRefusedError):
        send(mailbox, "a1@customers.example")

    mailbox.welcome()
    send(mailbox, "a1@customers.example")

    assert mailbox.count() == 1
