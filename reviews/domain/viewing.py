"""Which files are shown in place, and how. Pure."""

from enum import StrEnum


class Shown(StrEnum):
    """How a file is shown in place."""

    DOCUMENT = "document"
    PICTURE = "picture"
    TEXT = "text"
    NOT = "not"


LONGEST_TEXT = 400_000
"""Bytes of a text file that are shown; the whole is in the download."""

_SHOWN = {
    "application/pdf": Shown.DOCUMENT,
    "image/png": Shown.PICTURE,
    "image/jpeg": Shown.PICTURE,
    "text/plain": Shown.TEXT,
    "text/csv": Shown.TEXT,
}


def shown_as(media_type: str) -> Shown:
    """By the type that was proven when the file came in; ``NOT`` for every other."""
    return _SHOWN.get(media_type, Shown.NOT)
