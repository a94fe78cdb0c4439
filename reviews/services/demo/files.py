"""Small real files for the evidence pages: a PDF, a PNG, a CSV."""

import csv
import io
import struct
import zlib
from collections.abc import Sequence

MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "csv": "text/csv"}


def content(name: str, lines: Sequence[str]) -> tuple[str, io.BytesIO]:
    """Media type and bytes of a file called ``name`` that says ``lines``.

    In a CSV a line is a row with its cells between semicolons; in a PNG a line is the length of a
    bar in percent.
    """
    suffix = name.rsplit(".", 1)[-1]
    make = {"pdf": _pdf, "png": _png, "csv": _csv}[suffix]
    return MEDIA_TYPES[suffix], io.BytesIO(make(lines))


def _csv(lines: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(line.split(";") for line in lines)
    return out.getvalue().encode()


def _pdf(lines: Sequence[str]) -> bytes:
    """One page of text in a font that every reader has. Source: PDF 1.4, sections 3.4 and 5.3."""
    text = b"\n".join(b"(" + _escaped(line) + b") Tj T*" for line in lines)
    stream = b"BT /F1 11 Tf 16 TL 60 780 Td\n" + text + b"\nET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    )


def _escaped(line: str) -> bytes:
    plain = line.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _png(lines: Sequence[str]) -> bytes:
    """A bar for each line on white, 8-bit greyscale. Source: PNG, sections 11.2 and 12."""
    width, thick, gap = 320, 18, 10
    rows: list[bytes] = []
    for line in lines:
        filled = width * min(max(int(line), 0), 100) // 100
        bar = b"\x40" * filled + b"\xff" * (width - filled)
        rows += [b"\xff" * width] * gap + [bar] * thick
    rows += [b"\xff" * width] * gap
    raw = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", raw) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
