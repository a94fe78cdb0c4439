"""The harness's side of the mail server: start it, tell it how to behave, read what arrived."""

import json
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from chaos.processes import Process, start
from chaos.sink import HOST, Behaviour
from chaos.timing import until

TAKEN = (250, 0)  # 0: taken, and then the line went dead


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message at the server; ``begun`` and ``at`` are the machine's clock."""

    to: str
    message_id: str
    subject: str
    text: str
    begun: float
    at: float
    dropped: bool


@dataclass
class Post:
    """What arrived, counted."""

    arrivals: list[Arrival] = field(default_factory=list)

    def copies(self) -> Counter[str]:
        """How often each message arrived, by Message-ID."""
        return Counter(arrival.message_id for arrival in self.arrivals)

    def twice(self) -> int:
        """Arrivals above the first of each message."""
        return sum(count - 1 for count in self.copies().values())

    def recipients(self) -> Counter[str]:
        """How many different messages each recipient got."""
        return Counter(to for to, _ in {(a.to, a.message_id) for a in self.arrivals})


class Mailbox:
    """A running mail server."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.script = folder / "script.json"
        self.log = folder / "arrivals.jsonl"
        self.log.touch()
        self._offset = 0
        self.behave()
        words = ["-m", "chaos.sink", str(self.port), str(self.script), str(self.log)]
        self.process: Process = start([sys.executable, *words], log=folder / "sink.log")
        if not until(self.listens, 30):
            raise RuntimeError(f"the mail server does not listen; see {folder / 'sink.log'}")

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def behave(self, **how: object) -> None:
        """From now on like this; whatever is not named is as usual."""
        Behaviour(**how).write(self.script)  # type: ignore[arg-type]

    def refuse(self) -> None:
        """Returns once nobody listens any more."""
        self.behave(refuse=True)
        until(lambda: not self.listens(), 10)

    def welcome(self) -> None:
        """Returns once somebody listens again."""
        self.behave()
        until(self.listens, 10)

    def listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((HOST, self.port)) == 0

    def forget(self) -> None:
        """Later reading begins here."""
        self._offset = self.log.stat().st_size

    def post(self, *, all_of_it: bool = False) -> Post:
        """Messages that arrived since the last ``forget``, dropped ones too."""
        return Post(
            [
                Arrival(
                    line["to"],
                    line["message_id"],
                    line["subject"],
                    line["text"],
                    line["begun"],
                    line["at"],
                    line["answer"] == 0,
                )
                for line in self._lines(0 if all_of_it else self._offset)
                if line["answer"] in TAKEN
            ]
        )

    def refusals(self) -> Counter[int]:
        """How often each code other than 250 was given since the last ``forget``."""
        return Counter(
            line["answer"] for line in self._lines(self._offset) if line["answer"] not in TAKEN
        )

    def count(self) -> int:
        return sum(line["answer"] in TAKEN for line in self._lines(self._offset))

    def close(self) -> None:
        self.process.kill()

    def _lines(self, offset: int) -> list[dict]:
        with self.log.open("rb") as log:
            log.seek(offset)
            content = log.read()
        whole = content[: content.rfind(b"\n") + 1]
        return [json.loads(line) for line in whole.splitlines()]
