"""`make run`: services, web, workers and beat as one thing that Ctrl-C ends."""

import http.client
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from rai_portal.embedded.attach import Attachment, attach, needed
from rai_portal.embedded.errors import EmbeddedError
from rai_portal.launcher import ports, say
from rai_portal.launcher.children import Child, Family

MAIL_PATIENCE = 60  # seconds from SIGTERM to SIGKILL: the mail in flight is finished
READY_LIMIT = 60  # seconds for the web server to answer
BIN = Path(sys.executable).parent
CELERY = [str(BIN / "celery"), "-A", "rai_portal.celery"]


class StopRequestedError(Exception):
    """Somebody asked us to end."""


class Patience:
    """Waiting that ends with StopRequestedError on Ctrl-C, SIGTERM and a closed terminal, and under
    make with make, however that dies. Only here: never between starting a child and noting it."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._parent = os.getppid() if os.environ.get("MAKELEVEL") else None
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._ask)

    def rest(self, seconds: float) -> None:
        orphaned = self._parent is not None and os.getppid() != self._parent
        if orphaned or self._stop.wait(seconds):
            raise StopRequestedError

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()


def main() -> None:
    var, lock = ports.only_run()
    port = ports.wanted_port()
    ports.check_free(port)
    patience = Patience()
    os.environ["VAR_DIR"] = str(var)
    attachment: Attachment | None = None
    family: Family | None = None
    try:
        if needed():
            say.line("Starting PostgreSQL and Valkey ...")
            attachment = attach(var)
            attachment.export()
        family = Family()
        _start(family, var, port, patience)
        while True:
            family.look_after()
            patience.rest(0.5)
    except StopRequestedError:
        say.line("\nStopping ...")
    except EmbeddedError as error:
        say.refuse(str(error))
    finally:
        (var / "run" / "address").unlink(missing_ok=True)
        if family:
            family.stop()
        if attachment:
            attachment.close(wait=10)
        lock.close()


def _start(family: Family, var: Path, port: int, patience: Patience) -> None:
    address = f"http://{ports.HOST}:{port}/"
    log = var / "log"
    say.line("Preparing database and files ...")
    prepare = family.start("prepare", [sys.executable, "-m", "rai_portal.launcher.prepare"], None)
    while not prepare.is_dead():
        patience.rest(0.05)
    if prepare.process and prepare.process.returncode != 0:
        sys.exit(1)  # it has said why
    family.children.remove(prepare)
    web = family.start("web", _web_command(port), log / "web.log")
    _wait_until_ready(web, port, patience)
    (var / "run" / "address").write_text(f"at {address}")
    # The queues wait in Valkey meanwhile; the page is what somebody looks at.
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    work = ["--queues", "default", "--concurrency", "2", "--hostname", "portal@%h", *quiet]
    family.start("worker", [*CELERY, "worker", *work], log / "worker.log")
    # Apart, so that a slow mail server delays nothing else.
    send = ["--queues", "mail", "--concurrency", "1", "--hostname", "mail@%h", *quiet]
    family.start("mail", [*CELERY, "worker", *send], log / "mail.log", patience=MAIL_PATIENCE)
    schedule = ["--schedule", str(var / "run" / "beat-schedule"), "--pidfile", ""]
    family.start("beat", [*CELERY, "beat", *schedule, "--loglevel", "WARNING"], log / "beat.log")
    say.line(f"\nRAI Portal runs at {address}\n")
    _print_accounts(var / "demo-accounts.txt")
    say.line(f"Logs are in {log}. Ctrl-C stops everything.")


def _web_command(port: int) -> list[str]:
    options = ["--bind", f"{ports.HOST}:{port}", "--worker-class", "gthread", "--workers", "2"]
    options += ["--threads", "4", "--preload", "--graceful-timeout", "5", "--no-control-socket"]
    return [str(BIN / "gunicorn"), "rai_portal.wsgi:application", *options]


def _wait_until_ready(web: Child, port: int, patience: Patience) -> None:
    deadline = time.monotonic() + READY_LIMIT
    while True:
        if web.is_dead():
            say.refuse(f"the web server ended at once; the reason is in {web.log}")
        if _is_ready(port):
            return
        if time.monotonic() > deadline:
            say.refuse(f"the portal is not ready after {READY_LIMIT} s; see {web.log}")
        patience.rest(0.05)


def _is_ready(port: int) -> bool:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*")
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": host or "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _print_accounts(path: Path) -> None:
    if not path.exists():
        return
    say.line("Demo accounts (name, password):")
    for line in path.read_text().splitlines():
        say.line("  " + "  ".join(part.ljust(13) for part in line.split("\t")).rstrip())
    say.line("")


if __name__ == "__main__":
    main()
