"""Parquet, batch by batch. Needs the extra; loaded by the process that writes one."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pyarrow
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from reviews.domain.exporting import LIST_SIGN, Kind
from reviews.integrations.exporting.jobs import Job
from reviews.integrations.exporting.pipe import Pipe

ROWS_A_GROUP = 100_000
BLOCK = 8 * 1024 * 1024
"""Bytes of CSV that become one batch; the next block is read while this one is converted."""


def write(connection: psycopg.Connection[Any], job: Job, pipe: Pipe) -> int:
    types = {one.name: _arrow(one.kind) for one in job.headings}
    lists = [one.name for one in job.headings if one.kind in (Kind.CODES, Kind.TEXTS)]
    schema = pyarrow.schema(
        [(name, pyarrow.list_(kind) if name in lists else kind) for name, kind in types.items()]
    )
    rows = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({job.sql}) TO STDOUT (FORMAT csv)") as copied,
        pyarrow.parquet.ParquetWriter(
            pyarrow.PythonFile(_Output(pipe), mode="w"), schema, compression="zstd"
        ) as file,
    ):
        for batch in _batches(copied, types):
            columns = [
                pyarrow.compute.split_pattern(column, LIST_SIGN) if name in lists else column
                for name, column in zip(types, batch.columns, strict=True)
            ]
            file.write_table(
                pyarrow.Table.from_arrays(columns, schema=schema), row_group_size=ROWS_A_GROUP
            )
            rows += batch.num_rows
    return rows


def _batches(copied: Any, types: Mapping[str, Any]) -> Iterator[Any]:
    """Batches of rows; an export without rows has none, and its reader would refuse that."""
    first = copied.read()
    if not first:
        return
    reader = pyarrow.csv.open_csv(
        pyarrow.PythonFile(_Input(bytes(first), copied), mode="r"),
        read_options=pyarrow.csv.ReadOptions(
            column_names=list(types), block_size=BLOCK, use_threads=True
        ),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict(types),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    yield from reader


def _arrow(kind: Kind) -> Any:
    known = {
        Kind.WHOLE: pyarrow.int64(),
        Kind.YES_NO: pyarrow.bool_(),
        Kind.DAY: pyarrow.date32(),
        Kind.MOMENT: pyarrow.timestamp("us", tz="UTC"),
    }
    return known.get(kind, pyarrow.string())


class _Input(io.RawIOBase):
    """The messages of a COPY as a file to read."""

    def __init__(self, first: bytes, copied: Any) -> None:
        super().__init__()
        self._held = bytearray(first)
        self._messages = iter(copied)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            data = next(self._messages, None)
            if data is None:
                size = len(self._held)
                break
            self._held += data
        found = bytes(self._held[:size])
        del self._held[:size]
        return found


class _Output(io.RawIOBase):
    """The pipe as a file to write that knows where it is."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self._pipe = pipe
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = self._pipe.write(data)
        self._position += size
        return size

    def tell(self) -> int:
        return self._position
