"""Somebody who looks at pages all the time, and notes what came back."""

import http.client
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from chaos.sink import HOST
from reviews.models import User

BROKEN = 0  # the line went dead, or nobody listened


def sign_in(person: User) -> str:
    """A cookie header with an open session of this person."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@dataclass(frozen=True, slots=True)
class Visit:
    at: float  # time.monotonic() at the answer
    status: int
    seconds: float


@dataclass
class Visits:
    """What came back, counted."""

    visits: list[Visit] = field(default_factory=list)

    def statuses(self) -> Counter[int]:
        return Counter(visit.status for visit in self.visits)

    def others_than(self, *statuses: int) -> int:
        return sum(visit.status not in statuses for visit in self.visits)

    def unwell_for(self) -> float:
        """Seconds from the first answer that was not 200 to the last one."""
        bad = [visit.at for visit in self.visits if visit.status != 200]
        return round(bad[-1] - bad[0], 1) if bad else 0.0

    def p95(self) -> float:
        """Milliseconds."""
        took = [visit.seconds * 1000 for visit in self.visits]
        return round(statistics.quantiles(took, n=20)[-1], 0) if len(took) > 1 else 0.0


class Visitor(threading.Thread):
    """Asks for the pages in turn, ``rate`` times a second at most, until ``leave``."""

    def __init__(self, port: int, cookie: str, pages: tuple[str, ...], *, rate: float) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.headers = {"Cookie": cookie, "Host": "localhost"}
        self.pages = pages
        self.pause = 1 / rate
        self.seen: list[Visit] = []
        self._leaving = threading.Event()

    def run(self) -> None:
        turn = 0
        while not self._leaving.wait(self.pause):
            self.seen.append(self._ask(self.pages[turn % len(self.pages)]))
            turn += 1

    def mark(self) -> int:
        """A place in the notes, for ``since``."""
        return len(self.seen)

    def since(self, mark: int = 0, until: int | None = None) -> Visits:
        return Visits(self.seen[mark:until])

    def leave(self) -> Visits:
        self._leaving.set()
        self.join()
        return self.since()

    def _ask(self, page: str) -> Visit:
        begun = time.monotonic()
        client = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            client.request("GET", page, headers=self.headers)
            answer = client.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = BROKEN
        finally:
            client.close()
        now = time.monotonic()
        return Visit(now, status, now - begun)
