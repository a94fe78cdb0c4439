"""A mail server that misbehaves by a script: ``python -m chaos.sink PORT SCRIPT LOG``.

The script is a JSON file, read again whenever it changes (``Behaviour``). Each message that the
server took is one JSON line in the log, written before the server answers: whoever sent it may be
dead by then, and the message has arrived all the same.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import time
from dataclasses import asdict, dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LOOK = 0.05  # seconds between two looks at the script
HOST = "127.0.0.1"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Behaviour:
    """What the server does.

    ``refuse``: nobody listens. ``think``: seconds before it takes a message; ``linger``: seconds
    between taking it and saying so. ``busy_turns``: how often it answers 421 to every second
    recipient (by the number in the address) before it takes the message. ``unknown``: recipients
    answered with 550. ``drops``: recipients whose first message it takes and then hangs up.
    """

    refuse: bool = False
    think: float = 0
    linger: float = 0
    busy_turns: int = 0
    unknown: list[str] = field(default_factory=list)
    drops: list[str] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Whole or not at all: the server reads while we write."""
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(path)


class Script:
    """The behaviour that holds now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at = 0
        self._now = Behaviour()

    @property
    def now(self) -> Behaviour:
        changed_at = self.path.stat().st_mtime_ns
        if changed_at != self._read_at:
            self._now = Behaviour(**json.loads(self.path.read_text()))
            self._read_at = changed_at
        return self._now


class Clerk:
    """Takes messages, writes them down, and answers as the script says."""

    def __init__(self, script: Script, log: Path) -> None:
        self.script = script
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._turns: dict[str, int] = {}
        self._dropped: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        behaviour = self.script.now
        if address in behaviour.unknown:
            self._write(answer=550, to=address)
            return "550 5.1.1 No such person here"
        if _is_second(address) and self._turns.get(address, 0) < behaviour.busy_turns:
            self._turns[address] = self._turns.get(address, 0) + 1
            self._write(answer=421, to=address)
            return "421 4.3.2 Busy, come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        begun = time.time()
        behaviour = self.script.now
        await asyncio.sleep(behaviour.think)
        (to,) = envelope.rcpt_tos
        drop = to in behaviour.drops and to not in self._dropped
        self._write(answer=0 if drop else 250, to=to, begun=begun, **_read(envelope))
        if drop:
            self._dropped.add(to)
            if server.transport:
                server.transport.abort()
            return "421 never heard"
        await asyncio.sleep(behaviour.linger)
        return "250 2.0.0 Taken"

    def _write(self, **line: object) -> None:
        line = {"at": time.time(), **line}
        os.write(self._log, (json.dumps(line) + "\n").encode())


def _is_second(address: str) -> bool:
    """Whether the number in the address is even: half of the recipients, the same each time."""
    found = _NUMBER.search(address)
    return bool(found) and int(found[0]) % 2 == 0


def _read(envelope: Envelope) -> dict[str, object]:
    content = envelope.content
    raw = content if isinstance(content, bytes) else (content or "").encode()
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return {
        "message_id": message["Message-ID"],
        "subject": message["Subject"],
        "text": body.get_content() if body else "",
    }


async def serve(port: int, script: Script, log: Path) -> None:
    """Listens while the script lets it."""
    loop = asyncio.get_running_loop()
    clerk = Clerk(script, log)
    listener: asyncio.Server | None = None
    sessions: set[SMTP] = set()

    def session() -> SMTP:
        server = SMTP(clerk, hostname="sink.example", enable_SMTPUTF8=True, loop=loop)
        sessions.add(server)
        return server

    while True:
        if script.now.refuse and listener:
            listener.close()
            for server in sessions:
                if server.transport:
                    server.transport.abort()
            sessions.clear()
            listener = None
        elif not script.now.refuse and not listener:
            with contextlib.suppress(OSError):
                listener = await loop.create_server(session, HOST, port, reuse_address=True)
        await asyncio.sleep(LOOK)


def main() -> None:
    parser = argparse.ArgumentParser(prog="chaos.sink")
    parser.add_argument("port", type=int)
    parser.add_argument("script", type=Path)
    parser.add_argument("log", type=Path)
    words = parser.parse_args()
    asyncio.run(serve(words.port, Script(words.script), words.log))


if __name__ == "__main__":
    main()
