"""`make run`: services, web, worker and beat as one thing that Ctrl-C ends."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from rai_portal.embedded.attach import Attachment, attach, needed
from rai_portal.embedded.errors import EmbeddedError
from rai_portal.launcher import ports, say
from rai_portal.launcher.children import Child, Family

READY_LIMIT = 60  # seconds for the web server to answer
BIN = Path(sys.executable).parent
CELERY = [str(BIN / "celery"), "-A", "rai_portal.celery"]


class StopRequested(BaseException):
    """Somebody asked us to end: Ctrl-C, SIGTERM, a closed terminal."""


def main() -> None:
    var, lock = ports.only_run()
    port = ports.wanted_port()
    ports.check_free(port)
    _listen_for_stop()
    parent = os.getppid()
    os.environ["VAR_DIR"] = str(var)
    attachment: Attachment | None = None
    family: Family | None = None
    try:
        if needed():
            say.line("Starting PostgreSQL and Valkey ...")
            attachment = attach(var)
            attachment.export()
        family = Family()
        _start(family, var, port)
        while True:
            family.look_after()
            _rest(parent)
    except StopRequested:
        say.line("\nStopping ...")
    except EmbeddedError as error:
        say.refuse(str(error))
    finally:
        _ignore_signals()
        (var / "run" / "address").unlink(missing_ok=True)
        if family:
            family.stop()
        if attachment:
            attachment.close(wait=10)
        lock.close()


def _start(family: Family, var: Path, port: int) -> None:
    address = f"http://{ports.HOST}:{port}/"
    log = var / "log"
    say.line("Preparing database and files ...")
    prepare = family.start("prepare", [sys.executable, "-m", "rai_portal.launcher.prepare"], None)
    if _exit_code(prepare) != 0:
        say.refuse("the database could not be prepared; the reason stands above")
    family.children.remove(prepare)
    web = family.start("web", _web_command(port), log / "web.log")
    _wait_until_ready(web, address)
    (var / "run" / "address").write_text(f"at {address}")
    # The queues wait in Valkey meanwhile; the page is what somebody looks at.
    queues = ["--queues", "default,mail", "--concurrency", "2", "--hostname", "portal@%h"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    family.start("worker", [*CELERY, "worker", *queues, *quiet], log / "worker.log")
    schedule = ["--schedule", str(var / "run" / "beat-schedule"), "--pidfile", ""]
    family.start("beat", [*CELERY, "beat", *schedule, "--loglevel", "WARNING"], log / "beat.log")
    say.line(f"\nRAI Portal runs at {address}\n")
    _print_accounts(var / "demo-accounts.txt")
    say.line(f"Logs are in {log}. Ctrl-C stops everything.")


def _web_command(port: int) -> list[str]:
    options = ["--bind", f"{ports.HOST}:{port}", "--worker-class", "gthread", "--workers", "2"]
    options += ["--threads", "4", "--preload", "--graceful-timeout", "5", "--no-control-socket"]
    return [str(BIN / "gunicorn"), "rai_portal.wsgi:application", *options]


def _wait_until_ready(web: Child, address: str) -> None:
    deadline = time.monotonic() + READY_LIMIT
    while True:
        if web.is_dead():
            say.refuse(f"the web server ended at once; the reason is in {web.log}")
        try:
            with urllib.request.urlopen(f"{address}readyz", timeout=5):  # noqa: S310 - ours
                return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                say.refuse(
                    f"the portal is not ready after {READY_LIMIT} s ({error}); see {web.log}"
                )
        time.sleep(0.05)


def _exit_code(child: Child) -> int:
    return child.process.wait() if child.process else 1


def _print_accounts(path: Path) -> None:
    if not path.exists():
        return
    say.line("Demo accounts (name, password):")
    for line in path.read_text().splitlines():
        say.line("  " + "  ".join(part.ljust(13) for part in line.split("\t")).rstrip())
    say.line("")


def _rest(parent: int) -> None:
    """Half a second. Under make we end with make, however it dies."""
    time.sleep(0.5)
    if os.environ.get("MAKELEVEL") and os.getppid() != parent:
        raise StopRequested


def _listen_for_stop() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        raise StopRequested

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, stop)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
