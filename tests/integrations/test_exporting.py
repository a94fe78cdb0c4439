"""What the process that writes exports does without a library, and how the page hears of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from reviews.domain.exporting import Format, Heading, Kind, NotInstalled, TooLong
from reviews.integrations.exporting import jobs, process
from reviews.integrations.exporting.jobs import Job

ROOT = Path(__file__).resolve().parents[2]
JOB = Job(
    sql="SELECT 1",
    form=Format.PARQUET,
    headings=(Heading("a", Kind.WHOLE),),
    connection={"dbname": "x", "port": 5432},
    at_once=2,
    seconds=5,
    title="Räume",
    bom=True,
)


def test_a_job_arrives_as_it_was_sent():
    assert Job.from_json(JOB.to_json()) == JOB


def test_without_the_extra_a_message_names_it():
    with pytest.raises(NotInstalled, match="extra “parquet”"):
        process._check({"is": jobs.MISSING}, JOB)


def test_a_sheet_that_is_too_short_points_to_other_formats():
    with pytest.raises(TooLong, match="CSV, NDJSON or Parquet"):
        process._check({"is": jobs.TOO_LONG}, JOB)


@pytest.mark.parametrize(("hidden", "code"), [("pyarrow", 3), ("nothing", 0)])
def test_the_library_of_parquet_is_looked_for_when_one_is_written(hidden, code):
    script = f"""
import sys
sys.modules[{hidden!r}] = None
from reviews.domain.exporting import Format
from reviews.integrations.exporting.formats import writer
from reviews.integrations.exporting.pipe import Missing
assert "pyarrow" not in sys.modules or sys.modules["pyarrow"] is None
assert "django" not in sys.modules
writer(Format.CSV)
try:
    writer(Format.PARQUET)
except Missing:
    sys.exit(3)
"""

    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == code
