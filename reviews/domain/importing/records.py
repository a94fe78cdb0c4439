"""From bytes to records. A record is its cells exactly as they stand, and its number."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviews.domain.errors import BadInput
from reviews.domain.texts import gettext_noop


@dataclass(frozen=True, slots=True)
class Record:
    """``number`` counts records, not lines: the header is row 1, the first use case row 2."""

    number: int
    cells: tuple[str, ...]


def decode(raw: bytes, encodings: Sequence[str]) -> tuple[str, str]:
    """The text and the encoding that read it: the first one that knows every byte."""
    for encoding in encodings:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise BadInput(
        gettext_noop(
            "The file is in none of the encodings %(encodings)s. Add the right one to"
            " “encodings” in the profile's [file] part."
        ),
        encodings=", ".join(encodings),
    )


def records(text: str, *, delimiter: str) -> Iterator[Record]:
    """RFC 4180 with line feeds in cells; completely empty lines are no records."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            if cells:
                number += 1
                yield Record(number, tuple(cells))
    except csv.Error as error:
        raise BadInput(
            gettext_noop(
                "Row %(row)s cannot be read as CSV (%(error)s). Check its quotation marks."
            ),
            row=number + 1,
            error=error,
        ) from None
