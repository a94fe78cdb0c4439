"""How a command, the supervisor and the tests get at the embedded services."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rai_portal.embedded.errors import EmbeddedError
from rai_portal.embedded.locks import Lock, is_held
from rai_portal.embedded.service import open_log

PROJECT = Path(__file__).resolve().parent.parent.parent
# The keepers that this process started and that may outlive its interest in them.
_keepers: list[subprocess.Popen[bytes]] = []


@dataclass
class Attachment:
    """The services run at least until `close`, or until this process ends in whatever way."""

    var: Path
    urls: dict[str, str]
    users: Lock

    def export(self) -> None:
        """Lets settings of this process and its children find the services. Addresses that the
        caller has set already hold."""
        os.environ.update({k: v for k, v in self.urls.items() if not os.environ.get(k)})
        os.environ["EMBEDDED"] = (
            "1" if os.environ["DATABASE_URL"] == self.urls["DATABASE_URL"] else "0"
        )

    def close(self, wait: float = 0) -> bool:
        """Lets go. Whether the services have ended within `wait` seconds: another command may still
        use them."""
        self.users.close()
        keeper = self.var / "run" / "keeper.lock"
        if not wait or not keeper.exists():
            return False
        lock = Lock(keeper)
        ended = lock.try_to_hold(wait)
        lock.close()
        for process in _keepers:
            process.poll()  # collects the dead
        return ended


def needed() -> bool:
    """Whether the caller named no service of his own for the database or the broker."""
    return not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def var_folder() -> Path:
    """Where the state lives: VAR_DIR, else var/ in the checkout."""
    return Path(os.environ.get("VAR_DIR") or PROJECT / "var").expanduser().resolve()


def make_run_folder(var: Path) -> Path:
    """var/run, made where it is missing; others may pass through var, but not look into it."""
    try:
        var.mkdir(mode=0o711, parents=True, exist_ok=True)
        run = var / "run"
        run.mkdir(mode=0o700, exist_ok=True)
        Lock(run / "users.lock").close()  # says whether we may write, and why not
    except OSError as error:
        raise EmbeddedError(
            f"cannot write to {var} ({error.strerror}): make it writable, or set VAR_DIR"
        ) from None
    return run


def attach(var: Path, *, ephemeral: bool = False) -> Attachment:
    """Joins the services that run for `var`, or starts them. Safe for many callers at once."""
    run = make_run_folder(var)
    try:
        starting, users = Lock(run / "start.lock"), Lock(run / "users.lock")
    except OSError as error:
        raise EmbeddedError(f"cannot use {run} ({error.strerror}): who made it?") from None
    try:
        starting.hold()
        users.share()  # waits for a keeper that is just stopping
        addresses = run / "services.json"
        if is_held(run / "keeper.lock") and addresses.exists():
            urls = json.loads(addresses.read_text())
        else:
            urls = _start_keeper(var, ephemeral=ephemeral)
    except BaseException:
        users.close()
        raise
    finally:
        starting.close()
    return Attachment(var, urls, users)


def _start_keeper(var: Path, *, ephemeral: bool) -> dict[str, str]:
    command = [sys.executable, "-m", "rai_portal.embedded.keeper", str(var)]
    with open_log(var / "log" / "keeper.log") as log:
        keeper = subprocess.Popen(
            command + (["--ephemeral"] if ephemeral else []),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    _keepers.append(keeper)
    if keeper.stdout is None:
        raise EmbeddedError("the keeper has no output")
    with keeper.stdout:
        line = keeper.stdout.readline()
    if not line:
        raise EmbeddedError(
            f"the embedded services did not start; see {var / 'log' / 'keeper.log'}"
        )
    answer: dict[str, str] = json.loads(line)
    if "error" in answer:
        raise EmbeddedError(answer["error"])
    return answer
