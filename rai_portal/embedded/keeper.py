"""The process that owns the services: starts them, starts them again when one dies, and stops them
when nobody uses them any more. Run by `attach`, never by hand."""

import argparse
import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

from rai_portal.embedded.account import remove_folder, service_account, socket_folder
from rai_portal.embedded.errors import EmbeddedError
from rai_portal.embedded.locks import Lock
from rai_portal.embedded.postgres import Postgres
from rai_portal.embedded.valkey import Valkey

WATCH = 0.5  # seconds between two looks at the services
OLD_KEEPER = 15  # seconds that a dying keeper may take


def main() -> None:
    arguments = _arguments()
    var: Path = arguments.var
    lock = Lock(var / "run" / "keeper.lock")
    if not lock.try_to_hold(OLD_KEEPER):
        _answer({"error": f"another keeper still holds {var}; try again in a moment"})
        return
    account = service_account()
    services: list[Postgres | Valkey] = []
    addresses = var / "run" / "services.json"
    try:
        sockets = socket_folder(var, account)
        durable = not arguments.ephemeral
        services = [kind(var, sockets, account, durable=durable) for kind in (Postgres, Valkey)]
        for service in services:
            service.start()
        urls = dict(zip(("DATABASE_URL", "REDIS_URL"), (s.url for s in services), strict=True))
        addresses.write_text(json.dumps(urls))
        _answer(urls)
        _watch(services, Lock(var / "run" / "users.lock"))
    except (EmbeddedError, OSError) as error:
        _answer({"error": str(error)})
    finally:
        addresses.unlink(missing_ok=True)
        for service in reversed(services):
            service.stop()
        remove_folder(var / "sockets")
        if arguments.ephemeral:
            for name in ("postgres", "valkey"):
                remove_folder(var / name)
            shutil.rmtree(var, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="keeper")
    parser.add_argument("var", type=Path)
    parser.add_argument("--ephemeral", action="store_true", help="not durable; removed at the end")
    return parser.parse_args()


def _answer(message: dict[str, str]) -> None:
    """One line to whoever started us, once; then the pipe is closed."""
    if not sys.stdout.closed:
        print(json.dumps(message), flush=True)
        sys.stdout.close()
        os.close(1)


def _watch(services: list[Postgres | Valkey], users: Lock) -> None:
    """Returns when nobody uses the services or somebody asks us to end."""
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: done.set())

    def wait_for_last_user() -> None:
        users.hold()
        done.set()

    threading.Thread(target=wait_for_last_user, daemon=True).start()
    while not done.wait(WATCH):
        for service in services:
            if service.process is None or service.process.poll() is None:
                continue
            print(f"{type(service).__name__} ended: starting it again", file=sys.stderr, flush=True)
            try:
                service.start()
            except EmbeddedError as error:
                print(error, file=sys.stderr, flush=True)
                time.sleep(2)


if __name__ == "__main__":
    main()
