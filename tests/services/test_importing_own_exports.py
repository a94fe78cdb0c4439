"""Our own export of use cases comes in again as it went out."""

import csv
import io

import pytest
from django.db import connection
from django.http import QueryDict

from reviews.domain.enums import Role
from reviews.domain.exporting import Format
from reviews.models import Capability, UseCase
from reviews.selectors.exporting import plans
from reviews.selectors.exporting.resources import Reader
from reviews.services.importing.profiles import PROFILES, load_profile
from reviews.services.importing.use_cases import import_use_cases
from tests.builders import NOW, TODAY, team, use_case, user

pytestmark = pytest.mark.django_db

TITLES = ["=1+1", "'=1+1", "-x", "plain", "'quoted'", "@a b"]


@pytest.fixture
def lead(roles, catalogue):
    return user("lead", Role.LEAD)


def exported(person) -> bytes:
    plan = plans.plan(
        plans.RESOURCES["use-cases"],
        Format.CSV,
        given=QueryDict(),
        reader=Reader(person, NOW, TODAY),
    )
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([one.name for one in plan.headings])
    with connection.cursor() as cursor:
        cursor.execute(plan.sql)
        rows.writerows(cursor.fetchall())
    return text.getvalue().encode()


def brought_in(raw, lead, profile):
    report = import_use_cases(
        raw, file_name="use-cases.csv", profile=load_profile(profile), by=lead, at=NOW, on=TODAY
    )
    assert report.rejected == ()
    return UseCase.objects.filter(origin="imported").order_by("pk")


def test_titles_and_capabilities_come_back_as_they_were(lead):
    crew, every = team("=Crew"), list(Capability.objects.current())
    for title in TITLES:
        use_case(crew, by=lead, title=title, lifecycle_stage="testing").capabilities.set(every)

    found = brought_in(exported(lead), lead, "rai-portal")

    assert [row.title for row in found] == TITLES
    assert {row.team.name for row in found} == {"=Crew"}
    assert {row.lifecycle_stage for row in found} == {"testing"}
    assert set(found[0].capabilities.all()) == set(every)


def test_each_capability_is_read_alone(lead):
    crew = team("Crew")
    slugs = list(Capability.objects.current().values_list("slug", flat=True))
    for slug in slugs:
        use_case(crew, by=lead).capabilities.add(Capability.objects.get(slug=slug))

    found = brought_in(exported(lead), lead, "rai-portal")

    assert [[one.slug for one in row.capabilities.all()] for row in found] == [[s] for s in slugs]


def test_a_foreign_file_keeps_its_quotes(lead, tmp_path):
    use_case(team("Crew"), by=lead, title="=1")
    profile = tmp_path / "foreign.toml"
    own = PROFILES / "rai-portal.toml"
    profile.write_text(own.read_text().replace("guarded = true", "").replace("rai-portal", "other"))

    (found,) = brought_in(exported(lead), lead, str(profile))

    assert found.title == "'=1"
