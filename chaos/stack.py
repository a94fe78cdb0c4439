"""The portal's own processes on the ground of a run: senders, worker, beat, web."""

import http.client
import os
import sys
from pathlib import Path

from chaos.mailbox import Mailbox, free_port
from chaos.processes import Process, start
from chaos.sink import HOST
from chaos.timing import until

BIN = Path(sys.executable).parent
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
LEASE = 4  # seconds; three SMTP timeouts and a little
SMTP_TIMEOUT = 1  # seconds
READY = 90  # seconds that a process may take on a busy machine


class Stack:
    """Processes of one case, on one database. What is started here is ended by ``close``."""

    def __init__(
        self, folder: Path, environment: dict[str, str], mailbox: Mailbox, *, scaled: bool = True
    ) -> None:
        """``scaled``: with a lease and a timeout of seconds; else as they are in real life."""
        short = {"MAIL_LEASE_SECONDS": str(LEASE), "EMAIL_TIMEOUT": str(SMTP_TIMEOUT)}
        self.folder = folder
        self.environment = {
            **os.environ,
            **environment,
            "EMAIL_URL": mailbox.url,
            **(short if scaled else {}),
        }
        self.senders: list[Process] = []
        self.workers: list[Process] = []
        self.beats: list[Process] = []
        self.others: list[Process] = []
        self._started = 0
        self.hands = 1
        self.port = 0

    def have(
        self,
        *,
        beats: int = 0,
        workers: int = 0,
        senders: int = 0,
        hands: int = 2,
        queues: str = "mail",
        web: bool = False,
    ) -> None:
        """Starts what is missing of this; each sender has ``hands`` processes for ``queues``."""
        for _ in range(beats - len(self.beats)):
            self.start_beat()
        for _ in range(workers - len(self.workers)):
            self.start_worker()
        for _ in range(senders - len(self.senders)):
            self.start_sender(hands=hands, queues=queues)
        if web and not self.port:
            self.start_web()

    @property
    def celery(self) -> list[Process]:
        """Beats, workers and senders."""
        return [*self.beats, *self.workers, *self.senders]

    def start_sender(self, *, hands: int = 1, queues: str = "mail") -> Process:
        """A Celery worker with ``hands`` sending processes."""
        self.hands = hands
        process = self._celery(queues, hands)
        self.senders.append(process)
        return process

    def start_worker(self) -> Process:
        """A Celery worker on the default queue."""
        process = self._celery("default", 1)
        self.workers.append(process)
        return process

    def start_beat(self) -> Process:
        """A beat of its own; there may be several."""
        schedule = ["--schedule", str(self.folder / f"schedule{len(self.beats)}"), "--pidfile", ""]
        command = [str(BIN / "celery"), "-A", "chaos.beat", "beat", *schedule]
        process = self._start([*command, "--loglevel", "INFO"], "beat")
        self.beats.append(process)
        return process

    def start_web(self) -> None:
        """The web server as ``make run`` starts it; returns once it answers."""
        self.port = free_port()
        options = ["--bind", f"{HOST}:{self.port}", "--worker-class", "gthread", "--workers", "1"]
        options += ["--threads", "4", "--no-control-socket"]
        command = [str(BIN / "gunicorn"), "rai_portal.wsgi:application", *options]
        self.others.append(self._start(command, "web"))
        if not until(self._answers, READY):
            raise RuntimeError(f"the web server does not answer; see {self.folder}")

    def run(self, *words: str) -> Process:
        """A ``manage.py`` command; it is not waited for."""
        return self._start([sys.executable, "manage.py", *words], words[0])

    def wait_for_workers(self) -> None:
        """Returns once every worker has its processes."""
        workers = (*self.senders, *self.workers)
        until(lambda: all(worker.children() for worker in workers), READY)

    def look_after(self) -> None:
        """Starts senders again that have ended, as the supervisor does: a worker whose first
        process is killed while it starts gives up."""
        ended = [sender for sender in self.senders if not sender.is_alive()]
        for sender in ended:
            sender.kill()
            self.senders.remove(sender)
        for _ in ended:
            self.start_sender(hands=self.hands)

    def some_hands(self) -> list[int]:
        """Ids of the processes that send, of all workers; waits until there is one."""
        found: list[int] = []

        def look() -> bool:
            self.look_after()
            found[:] = [child for sender in self.senders for child in sender.children()]
            return bool(found)

        until(look, READY)
        return found

    def close(self) -> None:
        for process in (*self.celery, *self.others):
            process.kill()

    def _celery(self, queues: str, hands: int) -> Process:
        host = f"worker{self._started}@%h"
        name = ["--queues", queues, "--concurrency", str(hands), "--hostname", host]
        command = [str(BIN / "celery"), "-A", "rai_portal.celery", "worker", *name, *QUIET]
        return self._start(command, queues.replace(",", "-"))

    def _start(self, command: list[str], name: str) -> Process:
        self._started += 1
        log = self.folder / f"{name}-{self._started}.log"
        return start(command, log=log, environment=self.environment)

    def _answers(self) -> bool:
        client = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            client.request("GET", "/livez")
            return client.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()
