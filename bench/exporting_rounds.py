"""The use cases of ``bench.exporting``, psql beside them, and the web server. Imported late."""

import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import QueryDict  # noqa: TID251 - what the page hands on
from django.test import Client

from chaos import processes
from reviews.domain.enums import Role
from reviews.domain.exporting import Format
from reviews.models import Capability, User
from reviews.selectors.exporting import plans
from reviews.selectors.exporting.resources import Reader

AT = datetime(2023, 6, 7, 9, 30, tzinfo=UTC)
TODAY = date(2023, 6, 7)
PORT = 8931
PAGE = "/use-cases/RAI-2023-000007/"

_SEED = [
    """
    INSERT INTO reviews_team (uid, name, created_at)
    SELECT gen_random_uuid(), 'Product team number ' || i, %(at)s
    FROM generate_series(1, 200) i
    """,
    """
    INSERT INTO reviews_customer
        (uid, name, verified_note, sector, country, region, tier, registered_at)
    SELECT gen_random_uuid(), 'Customer number ' || i || ' of the register', '', 'commercial', 'DE',
           '', '', %(at)s
    FROM generate_series(1, 5000) i
    """,
    """
    INSERT INTO reviews_usecase
        (uid, reference, title, team_id, customer_id, state, state_since, origin, lifecycle_stage,
         is_sensitive, escalations, gate_answer, created_by_id, created_at, updated_at,
         submitted_on, decided_on, rereview_on)
    SELECT gen_random_uuid(), 'RAI-2023-' || lpad(i::text, 6, '0'),
           'Counts visitors at entrance ' || i || repeat(' and tells how many came', 6),
           (SELECT min(id) FROM reviews_team) + i %% 200,
           (SELECT min(id) FROM reviews_customer) + i %% 5000,
           'approved', %(at)s, CASE WHEN i <= %(filed)s THEN 'filed' ELSE 'imported' END,
           'maintenance', i %% 7 = 0, '["ESC-ONE", "ESC-TWO"]', 'apply_first',
           %(owner)s, %(at)s, %(at)s, '2023-05-01', '2023-05-20', '2024-05-20'
    FROM generate_series(1, %(rows)s) i
    """,
    """
    INSERT INTO reviews_usecase_capabilities (usecase_id, capability_id)
    SELECT id, %(capability)s FROM reviews_usecase
    """,
]


def seed(rows: int) -> int:
    """Fill the tables. Gives the mean width of a row as bare CSV, in bytes."""
    owner = User.objects.create_user("owner", password=None, full_name="Olga Owner")
    lead = User.objects.create_user("lead", password=None, full_name="Lena Lead")
    for person, role in ((owner, Role.SUNSET_OWNER), (lead, Role.LEAD)):
        person.groups.add(_group(role))
    values = {
        "rows": rows,
        "filed": xlsx_rows(rows),
        "capability": Capability.objects.get(slug="emotion").pk,
        "owner": owner.pk,
        "at": AT,
    }
    with connection.cursor() as cursor:
        for statement in _SEED:
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            f"SELECT avg(length(r::text)) FROM ({_bare()} LIMIT 1000) r"  # noqa: S608
        )
        (width,) = cursor.fetchone()
    return round(width)


def xlsx_rows(rows: int) -> int:
    return min(rows, 100_000)


def _group(role: Role) -> Any:
    return User.groups.field.related_model.objects.get(name=role.value)


def _reader() -> Reader:
    return Reader(User.objects.get(username="lead"), AT, TODAY)


def statements() -> dict[str, str]:
    """What psql copies: the columns as they are, the guarded ones, and the same JSON."""
    cases = plans.RESOURCES["use-cases"]
    guarded = plans.plan(cases, Format.CSV, given=QueryDict(), reader=_reader())
    lines = plans.plan(cases, Format.NDJSON, given=QueryDict(), reader=_reader())
    json = r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"
    return {
        "psql csv": f"COPY ({_bare()}) TO STDOUT (FORMAT csv)",
        "psql guarded csv": f"COPY ({guarded.sql}) TO STDOUT (FORMAT csv)",
        "psql json": f"COPY ({lines.sql}) TO STDOUT {json}",
    }


def _bare() -> str:
    """The same values of the same rows, as a person would copy them: no guard, no order."""
    reader, cases = _reader(), plans.RESOURCES["use-cases"]
    columns = cases.columns_for(reader.user)
    found = plans.filtered(cases, given=QueryDict(), reader=reader).order_by()
    named = {f"exported_{one.name}": one.expression(reader) for one in columns}
    query = found.annotate(**named).values_list(*named).query
    return str(connection.ops.compose_sql(*query.sql_with_params()))


def psql(ground: Any, database: str, statement: str) -> float:
    """Seconds of one COPY through psql, its bytes thrown away."""
    program = Path(ground.postgres.programs) / "psql"
    script = f"SET timezone = 'UTC'; {statement}"
    begun = time.perf_counter()
    done = subprocess.run(
        [str(program), "-X", "-q", "-h", str(ground.postgres.sockets), "-U", "postgres", database],
        input=script.replace("\n", " ") + ";\n",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode or done.stderr:
        raise RuntimeError(done.stderr[:500])
    return time.perf_counter() - begun


def expect(form: str, found: bytes | int, rows: int) -> None:
    """A measurement of a file that is not whole is none."""
    if form in ("csv", "ndjson") and found != rows + (form == "csv"):
        raise RuntimeError(f"{form}: {found} lines, not {rows}")


class Web:
    """The portal's web server, asked by one signed-in lead."""

    def __init__(self, ground: Any, database: str) -> None:
        options = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
        environment = {
            **os.environ,
            **ground.environment(database),
            "DEMO": "0",
            "EXPORTS_AT_ONCE": "4",
        }
        self.process = processes.start(
            [
                str(Path(sys.executable).parent / "gunicorn"),
                "rai_portal.wsgi:application",
                "--bind",
                f"127.0.0.1:{PORT}",
                *options,
                "--no-control-socket",
            ],
            environment=environment,
            log=ground.var / "web.log",
        )
        client = Client()
        client.force_login(User.objects.get(username="lead"))
        self._cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
        if SESSION_KEY not in SessionStore(client.session.session_key):
            raise RuntimeError("the session of the lead was not kept")
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self._get("/readyz").status == 200:
                    break
            except OSError:
                time.sleep(0.1)
        for _ in range(20):  # both workers have their caches and their host
            self.fetch("/exports/teams.csv")

    def _get(self, path: str) -> http.client.HTTPResponse:
        asked = http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)
        asked.request("GET", path, headers={"Cookie": self._cookie, "Host": "localhost"})
        return asked.getresponse()

    def fetch(self, path: str) -> tuple[float, float, int]:
        """Seconds in all, seconds to the first byte, and the number of lines."""
        begun = time.perf_counter()
        answer = self._get(path)
        first = answer.read1(65536)
        came = time.perf_counter() - begun
        lines = first.count(b"\n")
        while block := answer.read1(1 << 20):
            lines += block.count(b"\n")
        took = time.perf_counter() - begun
        answer.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return took, came, lines

    def memory(self) -> float:
        """Megabytes of the largest worker; hosts and exports are processes of their own."""
        found = [_resident(one) for one in self.process.children()]
        return max(found) / 1024

    def pages(self, beside: str | None) -> float:
        """p95 of a page in seconds, with an export beside it or none."""
        running = threading.Event()
        running.set()

        def export() -> None:
            while running.is_set():
                self.fetch(str(beside))

        thread = threading.Thread(target=export)
        if beside:
            thread.start()
            time.sleep(0.5)
        took = []
        for _ in range(60):
            begun = time.perf_counter()
            answer = self._get(PAGE)
            answer.read()
            answer.close()
            took.append(time.perf_counter() - begun)
            time.sleep(0.02)
        running.clear()
        if beside:
            thread.join()
        return statistics.quantiles(took, n=20)[18]


def _resident(pid: int) -> int:
    """Kilobytes in memory, shared pages included."""
    for line in (Path("/proc") / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
