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
        self.others: list[Process] = []
        self.port = 0

    def start_sender(self, *, hands: int = 1) -> Process:
        """A Celery worker on the mail queue with ``hands`` sending processes."""
        process = self._celery("mail", hands)
        self.senders.append(process)
        return process

    def start_worker(self) -> Process:
        """A Celery worker on the default queue."""
        process = self._celery("default", 1)
        self.others.append(process)
        return process

    def start_beat(self) -> Process:
        """A beat of its own; there may be several."""
        number = len(self.others)
        schedule = ["--schedule", str(self.folder / f"beat-{number}"), "--pidfile", ""]
        command = [str(BIN / "celery"), "-A", "chaos.beat", "beat", *schedule]
        process = self._start([*command, "--loglevel", "INFO"], f"beat-{number}")
        self.others.append(process)
        return process

    def start_web(self) -> None:
        """The web server as ``make run`` starts it; returns once it answers."""
        self.port = free_port()
        options = ["--bind", f"{HOST}:{self.port}", "--worker-class", "gthread", "--workers", "1"]
        options += ["--threads", "4", "--no-control-socket"]
        command = [str(BIN / "gunicorn"), "rai_portal.wsgi:application", *options]
        self.others.append(self._start(command, "web"))
        if not until(self._answers, READY):
            raise RuntimeError(f"the web server does not answer; see {self.folder / 'web.log'}")

    def run(self, *words: str, wait: bool = True) -> Process:
        """A ``manage.py`` command."""
        process = self._start([sys.executable, "manage.py", *words], words[0])
        if wait:
            process.popen.wait()
        return process

    def wait_for_workers(self) -> None:
        """Returns once every worker has its processes."""
        workers = [process for process in (*self.senders, *self.others) if process.name != "beat"]
        until(lambda: all(worker.children() for worker in workers), READY)

    def hands(self) -> list[int]:
        """Ids of the processes that send, of all workers."""
        return [child for sender in self.senders for child in sender.children()]

    def close(self) -> None:
        for process in (*self.senders, *self.others):
            process.kill()

    def _celery(self, queue: str, hands: int) -> Process:
        number = len(self.senders) + len(self.others)
        name = ["--queues", queue, "--concurrency", str(hands), "--hostname", f"{queue}{number}@%h"]
        command = [str(BIN / "celery"), "-A", "rai_portal.celery", "worker", *name, *QUIET]
        return self._start(command, f"{queue}-{number}")

    def _start(self, command: list[str], name: str) -> Process:
        return start(command, log=self.folder / f"{name}.log", environment=self.environment)

    def _answers(self) -> bool:
        client = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            client.request("GET", "/livez")
            return client.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()
