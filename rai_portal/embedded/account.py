"""Who runs the services: the caller, or `nobody` where the caller is root.

PostgreSQL refuses to run as root. The account must reach its folders, and no permission of a folder
that is not ours is ever changed: where a parent folder is closed, the data lives outside.
"""

import hashlib
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUTSIDE = Path("/var/lib/rai-portal")
OUTSIDE_CACHE = Path("/var/cache/rai-portal")
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 107 on Linux, 103 on macOS
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """What subprocess needs to run as this account; nothing where we are it already."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if os.geteuid() != self.uid:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder on the way down may be passed."""
        if os.geteuid() == self.uid:
            return True
        return all(self._may(place, 0o1) for place in (folder, *folder.parents))

    def can_run(self, program: Path) -> bool:
        return self.can_enter(program.parent) and self._may(program, 0o5)

    def _may(self, path: Path, wanted: int) -> bool:
        status = path.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return status.st_mode >> shift & wanted == wanted


def service_account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def private_folder(parent: Path, name: str, account: Account) -> Path:
    """A folder of mode 0700 for the account, at parent/name or, where the account cannot get there,
    outside, with a link at parent/name. Returns its real path."""
    place = parent / name
    if not place.exists():
        if account.can_enter(parent.resolve()):
            place.unlink(missing_ok=True)  # a link whose target is gone
            place.mkdir(mode=0o700)
        else:
            OUTSIDE.mkdir(mode=0o711, parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.symlink_to(tempfile.mkdtemp(prefix=f"{name}-", dir=OUTSIDE))
    account.own(place)
    place.chmod(0o700)
    return place.resolve()


def socket_folder(parent: Path, account: Account) -> Path:
    """Like `private_folder`, but with a path short enough for sockets."""
    folder = private_folder(parent, "sockets", account)
    if len(os.fsencode(folder)) + LONGEST_SOCKET_NAME <= SOCKET_PATH_LIMIT:
        return folder
    place = parent / "sockets"
    if place.is_symlink():
        place.unlink()
    shutil.rmtree(folder)
    place.symlink_to(tempfile.mkdtemp(prefix="rai-", dir="/tmp"))
    account.own(place)
    return place.resolve()


def remove_folder(place: Path) -> None:
    """Removes a folder that `private_folder` or `socket_folder` made."""
    target = place.resolve()
    shutil.rmtree(target, ignore_errors=True)
    if place.is_symlink():
        place.unlink()


def runnable(program: Path, top: Path, beside: tuple[Path, ...], account: Account) -> Path:
    """`program`, or its copy that the account may run: a virtual environment under a closed home
    folder is unreadable for `nobody`. `top` is copied whole, with the folders `beside` it, because
    the libraries are found by relative paths."""
    if account.can_run(program) and all(account.can_enter(folder) for folder in beside):
        return program
    with program.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    copy = OUTSIDE_CACHE / f"{top.name}-{digest[:16]}"
    if not copy.exists():
        OUTSIDE_CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=OUTSIDE_CACHE))
        for folder in (top, *beside):
            shutil.copytree(folder, draft / folder.name)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            draft.rename(copy)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return copy / top.name / program.relative_to(top)
