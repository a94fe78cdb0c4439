"""A file between its preview and its confirmation: kept aside, read once, forgotten."""

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext

from reviews.domain.errors import BadInput
from reviews.integrations import uploads

FOLDER = "imports"

_STRAY_AFTER = timedelta(days=1)


def keep(name: str, declared: str, content: BinaryIO) -> str:
    """Check and store the file; returns the name under which it lies. Raises ``BadInput``."""
    if PurePosixPath(uploads.clean_name(name)).suffix.lower() not in {".csv", ".xlsx"}:
        raise BadInput(
            gettext("“%(clean_name)s” is neither CSV nor XLSX. Save the table as one of these.")
            % {"clean_name": uploads.clean_name(name)}
        )
    uploads.check(name, declared, content)
    return uploads.store(content, folder=FOLDER)


def read(stored: str) -> bytes:
    """The bytes. Raises ``BadInput`` where they are gone."""
    found = uploads.contents(stored)
    if found is None:
        raise BadInput(gettext("The file is not kept any more. Upload it again."))
    return found


def drop(stored: str) -> None:
    uploads.discard(stored)


def sweep(*, at: datetime) -> int:
    """Delete files that nobody confirmed within a day. It changes no row, so it writes no event."""
    found = uploads.strays((), older_than=at - _STRAY_AFTER, folder=FOLDER)
    for name in found:
        uploads.discard(name)
    return len(found)
