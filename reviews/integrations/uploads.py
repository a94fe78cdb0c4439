"""Files from people: which we take, how we prove what they are, where they lie."""

import hashlib
import secrets
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext, gettext_lazy

from reviews.domain.errors import BadInput

MIB = 1024 * 1024
LARGEST_FILE = 20 * MIB
"""Bytes."""

_CHUNK = 256 * 1024
_FOLDER = "evidence"

_MOST_ENTRIES = 2_000
_LARGEST_UNPACKED = 200 * MIB
_LARGEST_RATIO = 200
"""Unpacked bytes per packed byte, for one entry of a zip container."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file that we take: what it is called and what its first bytes are."""

    extension: str
    media_type: str
    declared: frozenset[str]
    magic: tuple[bytes, ...] = ()
    main_part: str = ""

    @property
    def is_text(self) -> bool:
        return not self.magic


_DOCUMENT = "application/vnd.openxmlformats-officedocument"
_ZIP = (b"PK\x03\x04",)
_JPEG = (b"\xff\xd8\xff",)

KINDS = {
    kind.extension: kind
    for kind in (
        FileKind("pdf", "application/pdf", frozenset({"application/pdf"}), (b"%PDF-",)),
        FileKind("png", "image/png", frozenset({"image/png"}), (b"\x89PNG\r\n\x1a\n",)),
        FileKind("jpg", "image/jpeg", frozenset({"image/jpeg", "image/pjpeg"}), _JPEG),
        FileKind("jpeg", "image/jpeg", frozenset({"image/jpeg", "image/pjpeg"}), _JPEG),
        FileKind("txt", "text/plain", frozenset({"text/plain"})),
        FileKind(
            "csv",
            "text/csv",
            frozenset({"text/csv", "text/plain", "application/csv", "application/vnd.ms-excel"}),
        ),
        FileKind(
            "docx",
            f"{_DOCUMENT}.wordprocessingml.document",
            frozenset({f"{_DOCUMENT}.wordprocessingml.document", "application/zip"}),
            _ZIP,
            "word/document.xml",
        ),
        FileKind(
            "xlsx",
            f"{_DOCUMENT}.spreadsheetml.sheet",
            frozenset({f"{_DOCUMENT}.spreadsheetml.sheet", "application/zip"}),
            _ZIP,
            "xl/workbook.xml",
        ),
    )
}

WORDS = gettext_lazy("PDF, PNG, JPG, TXT, CSV, DOCX and XLSX")
ACCEPT = ",".join(f".{extension}" for extension in KINDS)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a file was found to be. ``size`` in bytes, ``digest`` SHA-256 (hex)."""

    name: str
    media_type: str
    size: int
    digest: str


def check(name: str, declared: str, content: BinaryIO) -> CheckedFile:
    """Judge a file by its name, its declared type and its bytes; all three must agree.

    An empty ``declared`` or ``application/octet-stream`` says nothing and is not held against the
    file. Raises ``BadInput`` with words for the person who chose it.
    """
    shown = clean_name(name)
    kind = KINDS.get(PurePosixPath(shown).suffix.lower().lstrip("."))
    if kind is None:
        raise BadInput(
            gettext("“%(shown)s” is not of a kind that we take. We take %(words)s.")
            % {"shown": shown, "words": WORDS}
        )
    declared = declared.split(";")[0].strip().lower()
    if declared not in {"", "application/octet-stream", *kind.declared}:
        raise BadInput(
            gettext(
                "“%(shown)s” is called %(kind)s, but your browser says that it is"
                " “%(declared)s”. Save it again as %(kind)s."
            )
            % {"shown": shown, "kind": kind.extension.upper(), "declared": declared[:60]}
        )
    size, digest = _measure(content)
    if size == 0:
        raise BadInput(gettext("“%(shown)s” is empty.") % {"shown": shown})
    if size > LARGEST_FILE:
        raise BadInput(
            gettext("“%(shown)s” is larger than %(size_words)s. Split it or make it smaller.")
            % {"shown": shown, "size_words": size_words(LARGEST_FILE)}
        )
    _check_contents(shown, kind, content)
    content.seek(0)
    return CheckedFile(shown, kind.media_type, size, digest)


def clean_name(name: str) -> str:
    """The last part of the path, without control characters and marks that reverse the text."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in last if c.isprintable() and c not in '"<>|:*?').strip(" .")
    if len(text) > 200:
        stem, dot, suffix = text.rpartition(".")
        text = f"{stem[: 199 - len(suffix)]}{dot}{suffix}"
    return text or "file"


def size_words(size: int) -> str:
    """Bytes in words: ``820 bytes``, ``12 kB``, ``3.4 MB`` (binary multiples)."""
    if size < 1024:
        return f"{size} bytes"
    if size < MIB:
        return f"{round(size / 1024)} kB"
    return f"{size / MIB:.1f}".removesuffix(".0") + " MB"


def store(content: BinaryIO, *, folder: str = _FOLDER) -> str:
    """Write the bytes under a random name without extension; returns that name."""
    content.seek(0)
    return default_storage.save(f"{folder}/{secrets.token_hex(16)}", File(content))


def contents(stored: str) -> bytes | None:
    """The bytes of a stored file; ``None`` where it is gone."""
    if not default_storage.exists(stored):
        return None
    with default_storage.open(stored) as file:
        return file.read()


def discard(stored: str) -> None:
    """Delete a stored file; one that is gone already is fine."""
    default_storage.delete(stored)


def strays(kept: Iterable[str], *, older_than: datetime, folder: str = _FOLDER) -> list[str]:
    """Stored files that no row names and that were written before ``older_than``."""
    if not default_storage.exists(folder):
        return []
    names = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    return [
        name
        for name in sorted(names - set(kept))
        if default_storage.get_modified_time(name) < older_than
    ]


def _measure(content: BinaryIO) -> tuple[int, str]:
    """Size and digest; reading stops once the file is too large."""
    content.seek(0)
    size, digest = 0, hashlib.sha256()
    while (chunk := content.read(_CHUNK)) and size <= LARGEST_FILE:
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def _check_contents(name: str, kind: FileKind, content: BinaryIO) -> None:
    content.seek(0)
    if kind.is_text:
        _check_text(name, content)
        return
    if not content.read(16).startswith(kind.magic):
        raise BadInput(
            gettext(
                "“%(name)s” is called %(kind)s, but its contents are something else. Save it"
                " again as %(kind)s."
            )
            % {"name": name, "kind": kind.extension.upper()}
        )
    if kind.main_part:
        _check_container(name, kind, content)


def _check_text(name: str, content: BinaryIO) -> None:
    """Text has no zero bytes and no markup of a page or a script at its start."""
    head = content.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"#!", b"%pdf-")):
        raise BadInput(
            gettext("“%(name)s” is called a text, but it holds a page or a program.")
            % {"name": name}
        )
    content.seek(0)
    while chunk := content.read(_CHUNK):
        if b"\x00" in chunk:
            raise BadInput(
                gettext("“%(name)s” is called a text, but it holds other data. Save it as UTF-8.")
                % {"name": name}
            )


def _check_container(name: str, kind: FileKind, content: BinaryIO) -> None:
    """The zip container of an office file, judged by its directory; nothing is unpacked to disk."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise BadInput(
            gettext("“%(name)s” is damaged and cannot be opened. Save it again.") % {"name": name}
        ) from None
    names = {entry.filename for entry in entries}
    if kind.main_part not in names or "[Content_Types].xml" not in names:
        raise BadInput(
            gettext("“%(name)s” is called %(kind)s, but it is another kind of archive.")
            % {"name": name, "kind": kind.extension.upper()}
        )
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise BadInput(gettext("“%(name)s” holds macros. Save it without macros.") % {"name": name})
    if any(_leaves_folder(part) for part in names) or any(e.flag_bits & 1 for e in entries):
        raise BadInput(
            gettext("“%(name)s” is packed in an unsafe way. Save it again from your program.")
            % {"name": name}
        )
    if len(entries) > _MOST_ENTRIES or _is_bomb(entries):
        raise BadInput(
            gettext("“%(name)s” unpacks to far more than its size. Make it smaller.")
            % {"name": name}
        )


def _leaves_folder(part: str) -> bool:
    path = PurePosixPath(part.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in part


def _is_bomb(entries: list[zipfile.ZipInfo]) -> bool:
    return sum(entry.file_size for entry in entries) > _LARGEST_UNPACKED or any(
        entry.file_size > MIB and entry.file_size > _LARGEST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
