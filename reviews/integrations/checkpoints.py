"""Checkpoints of the audit log, kept beside the database and signed by the installation's key.

A chain proves that nothing was changed inside it; only a checkpoint kept elsewhere shows that its
end is missing. A copy of the database restored from a backup is older than the last one.
"""

import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core import signing

_SALT = "reviews.checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``seq`` and ``digest`` of the newest event. ``chain``: digest of the first one, its name."""

    seq: int
    digest: str
    chain: str
    real_at: str

    @property
    def taken_at(self) -> datetime:
        return datetime.fromisoformat(self.real_at)


def path() -> Path:
    return Path(settings.VAR_DIR, "audit-checkpoint")


def write(checkpoint: Checkpoint) -> None:
    """Replace the last one in one step: a crash leaves the old or the new file, never half."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.write_text(signing.Signer(salt=_SALT).sign_object(asdict(checkpoint)) + "\n")
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(target)


def read() -> Checkpoint | None:
    """The last one; ``None`` where there is none, or it was not signed with our key."""
    try:
        text = path().read_text().strip()
        return Checkpoint(**signing.Signer(salt=_SALT).unsign_object(text))
    except (OSError, UnicodeDecodeError, signing.BadSignature, TypeError, ValueError):
        return None
