"""``load_demo``: what it prints, what it keeps, and how it ends."""

import json
import stat
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from reviews.models import AuditEvent, DemoClock, User
from reviews.selectors import clock
from reviews.services import audit
from reviews.services.demo.people import ACCOUNTS


@pytest.fixture
def place(settings, tmp_path, roles, catalogue):
    """A folder of its own, and a story that ends early: it is the same story, told faster."""
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "evidence"
    settings.SCENARIO_DATE = date(2022, 7, 1)
    settings.DEMO_PASSWORD = ""
    return tmp_path


def run(*arguments):
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_load_demo_keeps_names_and_password_for_the_owner_alone(place):
    said = run()

    file = place / "demo-accounts.txt"
    rows = [line.split("\t") for line in file.read_text().splitlines()]
    assert said.startswith("Demo: loaded 13 accounts,")
    assert [name for name, _ in rows] == list(ACCOUNTS)
    assert {len(password) for _, password in rows} == {16}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(
        User.objects.get(username=name).check_password(password) for name, password in rows[:2]
    )


@pytest.mark.django_db
def test_load_demo_takes_the_password_that_is_given(place, settings):
    settings.DEMO_PASSWORD = "twelve letters"

    run()

    assert (place / "demo-accounts.txt").read_text().startswith("requester\ttwelve letters\n")
    assert User.objects.get(username="admin").check_password("twelve letters")


@pytest.mark.django_db
def test_load_demo_leaves_a_loaded_demo_and_its_file_alone(place):
    run()
    before = (place / "demo-accounts.txt").read_text()

    said = run()

    assert said.startswith("Demo: here already (13 accounts,")
    assert (place / "demo-accounts.txt").read_text() == before
    assert not [path for path in place.iterdir() if path.suffix == ".new"]


@pytest.mark.django_db
def test_load_demo_prints_one_json_object(place):
    first, second = json.loads(run("--json")), json.loads(run("--json"))

    assert (first["is_new"], second["is_new"]) == (True, False)
    assert first["accounts"] == 13
    assert first["states"] == second["states"]


@pytest.mark.django_db
def test_load_demo_sets_the_clock_to_the_scenario_day_and_tells_no_more(place):
    report = json.loads(run("--json"))

    assert timezone.localdate(timezone.now() + clock.offset()) == date(2022, 7, 1)
    assert 0 < report["use_cases"] < 5
    assert AuditEvent.objects.latest("seq").business_on == date(2022, 7, 1)
    assert audit.verify().ok


@pytest.mark.django_db
def test_load_demo_refuses_outside_the_demo(place, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO is off"):
        run()

    assert not User.objects.exists()


@pytest.mark.django_db
def test_load_demo_refuses_where_a_name_is_taken_and_keeps_no_password(place):
    User.objects.create_user(username="auditor")

    with pytest.raises(CommandError, match="account “auditor” already"):
        run()

    assert list(place.glob("*")) == []
    assert not DemoClock.objects.exists()


@pytest.mark.django_db
def test_load_demo_says_what_it_needs_first(settings, tmp_path):
    settings.VAR_DIR = tmp_path

    with pytest.raises(CommandError, match="Run sync_roles and sync_catalogue first"):
        run()
