"""The file that backs an attestation: the same checks as any evidence, its own folder."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from reviews.integrations import uploads
from reviews.models import DeploymentAnswer

FOLDER = "attestations"

_STRAY_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came: its name, the type that the browser declared, its bytes."""

    name: str
    declared: str
    content: BinaryIO


def keep(file: UploadedFile | None) -> dict[str, Any]:
    """Check and store it; the columns of ``DeploymentAnswer`` that describe it.

    Nothing for no file. Raises ``BadInput`` with words about the file. The bytes lie there before
    the row does: when the row fails the caller discards them with ``drop``.
    """
    if file is None:
        return {}
    checked = uploads.check(file.name, file.declared, file.content)
    return {
        "file": uploads.store(file.content, folder=FOLDER),
        "file_name": checked.name,
        "media_type": checked.media_type,
        "size": checked.size,
        "digest": checked.digest,
    }


def drop(kept: dict[str, Any]) -> None:
    """Delete the bytes that ``keep`` stored, for a row that did not come about."""
    if kept:
        uploads.discard(kept["file"])


def sweep(*, at: datetime) -> int:
    """Delete stored bytes that no answer names: what a crash left an hour ago or earlier.

    It changes no row, so it writes no event. Returns how many files it deleted.
    """
    named = DeploymentAnswer.objects.exclude(file="").values_list("file", flat=True)
    found = uploads.strays(named.iterator(), older_than=at - _STRAY_AFTER, folder=FOLDER)
    for name in found:
        uploads.discard(name)
    return len(found)
