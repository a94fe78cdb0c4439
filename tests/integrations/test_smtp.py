"""What a mail server's answers mean, in a real dialogue on loopback."""

import socket
from uuid import UUID

import pytest

from reviews.domain.messages import Message
from reviews.integrations.delivery import Deferred, Refused, Unreachable
from reviews.integrations.smtp import EmailTransport
from tests.mail_server import HANG_UP, free_port, mail_server, point_mail_at

TO = "ann@customer.test"
UID = UUID(int=7)


def message(to: str = TO, **fields) -> Message:
    words = {"subject": "Stop by 30 June", "text": "Grüße", "html": "<p>Grüße</p>"} | fields
    return Message(to=to, **words)


@pytest.fixture
def transport():
    transport = EmailTransport()
    yield transport
    transport.close()


def deliver(transport, *, to=TO, attempt=1, meanwhile=lambda: None, **fields):
    transport.open()
    transport.deliver(
        message(to, **fields),
        message_id=transport.message_id(UID),
        attempt=attempt,
        meanwhile=meanwhile,
    )


def test_a_mail_as_it_arrives(settings, transport):
    settings.DEFAULT_FROM_EMAIL = "RAI Portal <portal@provider.test>"
    with mail_server(settings) as server:
        deliver(
            transport,
            attempt=3,
            reply_to="owner@provider.test",
            headers={"List-Unsubscribe": "<https://portal.test/u/1>"},
        )

    (mail,) = server.taken
    assert {name: mail[name] for name in mail if name not in ("Date", "Content-Type")} == {
        "MIME-Version": "1.0",
        "Subject": "Stop by 30 June",
        "From": "RAI Portal <portal@provider.test>",
        "To": TO,
        "Reply-To": "owner@provider.test",
        "List-Unsubscribe": "<https://portal.test/u/1>",
        "Message-ID": f"<mail.{UID}@provider.test>",
        "Auto-Submitted": "auto-generated",
        "X-RAI-Attempt": "3",
    }
    assert mail.get_body(["plain"]).get_content().strip() == "Grüße"
    assert mail.get_body(["html"]).get_content().strip() == "<p>Grüße</p>"


def test_a_batch_uses_one_connection(settings, transport):
    with mail_server(settings) as server:
        for number in range(5):
            deliver(transport, to=f"{number}@customer.test")
        transport.close()

    assert (len(server.taken), server.sessions) == (5, 1)


def test_a_connection_that_broke_between_two_mails_is_opened_again(settings, transport):
    with mail_server(settings) as server:
        deliver(transport)
        transport._backend.connection.sock.shutdown(socket.SHUT_RDWR)
        deliver(transport, to="bob@customer.test")

    assert server.recipients() == [TO, "bob@customer.test"]


def test_a_server_that_takes_so_many_mails_per_connection_gets_a_new_one(settings, transport):
    with mail_server(settings) as server:
        deliver(transport)
        server.answers["MAIL"] = ["421 enough for one connection"]
        deliver(transport, to="bob@customer.test")

    assert (server.recipients(), server.sessions) == ([TO, "bob@customer.test"], 2)


@pytest.mark.parametrize(
    ("at", "answer", "error", "words"),
    [
        (TO, "451 4.3.0 later", Deferred, "451 4.3.0 later"),
        (TO, "421 4.3.2 closing", Deferred, "421 4.3.2 closing"),
        (TO, "550 5.1.1 nobody", Refused, "550 5.1.1 nobody"),
        (f"DATA {TO}", "452 no room", Deferred, "452 no room"),
        (f"DATA {TO}", "554 looks like spam", Refused, "554 looks like spam"),
        ("MAIL", "451 later", Deferred, "451 later"),
        ("MAIL", "552 too big", Refused, "552 too big"),
        (
            "MAIL",
            "530 5.7.0 sign in first",
            Unreachable,
            "The mail server does not take our mails: 530 5.7.0 sign in first",
        ),
    ],
)
def test_what_an_answer_means(settings, transport, at, answer, error, words):
    with mail_server(settings, **{at: [answer]}) as server:
        with pytest.raises(error) as caught:
            deliver(transport)
        assert caught.value.reason == words
        deliver(transport, to="bob@customer.test")

    assert server.recipients() == ["bob@customer.test"]


@pytest.mark.parametrize(("at", "bounced"), [(TO, True), (f"DATA {TO}", False)])
def test_only_a_refused_recipient_is_a_bounce(settings, transport, at, bounced):
    with mail_server(settings, **{at: ["550 no"]}), pytest.raises(Refused) as caught:
        deliver(transport)

    assert caught.value.bounced is bounced


def test_nobody_listens(settings, transport):
    point_mail_at(settings, free_port())

    with pytest.raises(Unreachable, match="No mail server: ConnectionRefusedError"):
        transport.open()


def test_a_server_that_accepts_and_says_nothing_is_unreachable(settings, transport):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        point_mail_at(settings, silent.getsockname()[1])

        with pytest.raises(Unreachable, match="timed out"):
            transport.open()


def test_a_fresh_connection_that_breaks_before_the_contents_is_a_real_attempt(settings, transport):
    with mail_server(settings, **{TO: [HANG_UP]}) as server, pytest.raises(Deferred):
        deliver(transport)

    assert server.taken == []


def test_silence_after_the_contents_is_never_answered_by_a_second_copy_at_once(settings, transport):
    with mail_server(settings) as server:
        deliver(transport, to="first@customer.test")
        server.answers[f"DATA {TO}"] = [HANG_UP]
        with pytest.raises(Deferred, match="it may have taken the mail"):
            deliver(transport)

        assert server.recipients() == ["first@customer.test", TO]


def test_an_address_that_no_server_could_read_is_refused_before_anything_is_sent(
    settings, transport
):
    with mail_server(settings) as server, pytest.raises(Refused) as caught:
        deliver(transport, to="no address at all")

    assert (caught.value.bounced, server.taken) == (True, [])


def test_names_with_line_breaks_never_reach_the_headers(settings, transport):
    with mail_server(settings) as server, pytest.raises(ValueError, match="newline"):
        deliver(transport, subject="Stop\r\nBcc: eve@elsewhere.test")

    assert server.taken == []


def test_files_are_written_where_no_server_is_named(settings, transport, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    deliver(transport)
    transport.close()

    (file,) = tmp_path.iterdir()
    assert f"Message-ID: <mail.{UID}@" in file.read_text()
