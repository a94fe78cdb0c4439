"""The sync of the data files: versions, idempotency, one event, and complaints about bad files."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date

import pytest
from django.db import connections

from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadDataFile
from reviews.integrations.data_files import DATA
from reviews.models import AuditEvent
from reviews.models.catalogue import Capability, CapabilityPolicy, Service
from reviews.models.gate_rules import GateRule, Probe, UseRule
from reviews.models.standard import (
    Clause,
    CrosswalkEntry,
    Goal,
    Requirement,
    RequirementNeed,
    Standard,
)
from reviews.services import audit, catalogue
from reviews.services.catalogue_files import FOLDERS
from tests.builders import NOW, TODAY
from tests.reference_data import ENTRIES


@pytest.fixture
def folder(tmp_path):
    """A copy of the data files, to be changed by a test."""
    for name in FOLDERS:
        shutil.copytree(DATA / name, tmp_path / name)
    return tmp_path


def sync(folder=DATA):
    return catalogue.sync(at=NOW, on=TODAY, folder=folder)


def edit(folder, file, old, new):
    """Replace ``old``, which must stand in the file exactly once."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def row_counts():
    return {
        model.__name__: model.objects.count() for model in [Capability, Requirement, Probe, Clause]
    }


@pytest.mark.django_db
def test_sync_loads_every_entry_of_the_files():
    report = sync()

    assert {kind: len(r.created) for kind, r in report.kinds.items()} == {
        kind: len(entries) for kind, entries in ENTRIES.items()
    }
    assert Capability.objects.current().count() == 31
    assert Goal.objects.current().count() == 17
    assert Requirement.objects.current().filter(is_numbered=True).count() == 87
    assert Probe.objects.current().count() == 20
    assert CapabilityPolicy.objects.current().count() == 31


@pytest.mark.django_db
def test_sync_fills_the_columns_from_the_file():
    sync()

    policy = CapabilityPolicy.objects.get(code="emotion@2022-06-21")

    assert policy.citation == "emotion@2022-06-21 v1"
    assert policy.last_permitted_on == date(2023, 6, 30)
    assert policy.recorded_at == NOW
    assert policy.source.startswith("Sarah Bird")
    assert policy.capability.service.slug == "face"
    assert policy.capability_text["name"] == "Emotion"


@pytest.mark.django_db
def test_sync_keeps_the_order_of_the_files():
    sync()

    assert list(Goal.objects.values_list("code", flat=True)) == list(ENTRIES["goal"])
    assert list(UseRule.objects.values_list("code", flat=True)) == list(ENTRIES["use"])


@pytest.mark.django_db
def test_sync_writes_the_dependency_edges():
    sync()

    edges = RequirementNeed.objects.values_list("requirement__code", "needs_code", "needs_goal")

    assert edges.count() == 18
    assert ("RS1.6", "RS1.4", False) in edges
    assert ("RS3.8", "T2", True) in edges


@pytest.mark.django_db
def test_sync_records_one_event():
    sync()

    (event,) = AuditEvent.objects.filter(kind=AuditKind.CATALOGUE_SYNCED)

    assert event.actor is None
    assert event.subject_id == str(Standard.objects.get().pk)
    assert len(event.data["written"]["goal"]["created"]) == 17
    assert audit.verify().ok


@pytest.mark.django_db
def test_sync_writes_nothing_the_second_time():
    sync()
    before = row_counts()

    report = sync()

    assert not report
    assert report.total("unchanged") == sum(len(entries) for entries in ENTRIES.values())
    assert row_counts() == before
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_sync_without_news_asks_a_few_questions_per_kind_of_entry(
    folder, django_assert_max_num_queries
):
    sync(folder)

    with django_assert_max_num_queries(50):
        sync(folder)


@pytest.mark.django_db
def test_sync_makes_a_new_version_of_a_changed_text_and_leaves_the_old_one(folder):
    sync(folder)
    old = Requirement.objects.get(code="A4.4")
    edit(folder, "standard/requirements.toml", old.question, "Is there a way to test the data?")

    report = sync(folder)

    new = Requirement.objects.current().get(code="A4.4")
    kept = Requirement.objects.get(pk=old.pk)
    assert asdict(report.kinds["requirement"]) == {
        "created": (), "changed": ("A4.4",), "retired": (), "unchanged": 89, "moved": 0,
    }  # fmt: skip
    assert (new.version, new.question) == (2, "Is there a way to test the data?")
    assert (kept.version, kept.question, kept.is_current) == (1, old.question, False)
    assert [need.needs_code for need in new.needs.all()] == ["A4.1"]
    assert [need.needs_code for need in kept.needs.all()] == ["A4.1"]


@pytest.mark.django_db
def test_sync_records_what_changed_and_only_that(folder):
    sync(folder)
    edit(folder, "catalogue/gate_rules.toml", "Legal review.", "Legal review first.")

    sync(folder)

    event = AuditEvent.objects.order_by("-seq")[0]
    assert event.data["written"] == {
        "gate_rule": {
            "created": [],
            "changed": ["STOP-EU-EMO"],
            "retired": [],
            "unchanged": 10,
            "moved": 0,
        }
    }


@pytest.mark.django_db
def test_sync_gives_requirements_and_crosswalk_a_new_version_with_their_goal(folder):
    sync(folder)
    edit(folder, "standard/goals.toml", 'name = "Fit for purpose"', 'name = "Fit for its purpose"')

    report = sync(folder)

    goal = Goal.objects.current().get(code="A3")
    assert report.kinds["requirement"].changed == tuple(f"A3.{n}" for n in range(1, 9))
    assert all(code.startswith("A3~") for code in report.kinds["crosswalk"].changed)
    assert goal.requirements.current().count() == 8
    assert goal.crosswalk.current().count() == 14
    assert not Requirement.objects.current().filter(goal__is_current=False).exists()
    assert not CrosswalkEntry.objects.current().filter(goal__is_current=False).exists()


@pytest.mark.django_db
def test_sync_keeps_the_words_that_an_older_policy_was_decided_under(folder):
    sync(folder)
    edit(
        folder,
        "catalogue/capabilities.toml",
        "Guesses a person's emotional state from the look of the face.",
        "Guesses feelings from faces.",
    )

    report = sync(folder)

    policies = CapabilityPolicy.objects.filter(capability__slug="emotion").order_by("version")
    assert report.kinds["capability"].changed == ("emotion",)
    assert report.kinds["policy"].changed == ("emotion@2022-06-21",)
    assert [(p.is_current, p.capability_text["summary"]) for p in policies] == [
        (False, "Guesses a person's emotional state from the look of the face."),
        (True, "Guesses feelings from faces."),
    ]
    assert Capability.objects.get(slug="emotion").summary == "Guesses feelings from faces."


@pytest.mark.django_db
def test_sync_sets_a_removed_entry_aside_and_takes_it_back_as_a_new_version(folder):
    sync(folder)
    path = folder / "catalogue/milestones.toml"
    text = path.read_text(encoding="utf-8")
    first, rest = text.split("\n[[milestone]]", 1)
    path.write_text(first + "\n[[milestone]]" + rest.split("[[milestone]]", 1)[1], "utf-8")

    gone = sync(folder)
    path.write_text(text, encoding="utf-8")
    back = sync(folder)

    assert gone.kinds["milestone"].retired == ("facial-recognition-principles",)
    assert back.kinds["milestone"].changed == ("facial-recognition-principles",)


@pytest.mark.django_db
def test_sync_never_deletes_a_capability(folder):
    sync(folder)
    capabilities = folder / "catalogue/capabilities.toml"
    operations = folder / "catalogue/operations.toml"
    policies = folder / "catalogue/policies.toml"
    head, mask = capabilities.read_text("utf-8").split('[[capability]]\nslug = "mask"\n')
    capabilities.write_text(head + mask[mask.index("[[capability]]") :], encoding="utf-8")
    for path in (operations, policies):
        path.write_text(path.read_text("utf-8").replace('"mask", ', ""), encoding="utf-8")

    report = sync(folder)

    assert report.kinds["capability"].retired == ("mask",)
    assert report.kinds["policy"].retired == ("mask@2022-06-21",)
    assert Capability.objects.get(slug="mask").is_current is False
    assert CapabilityPolicy.objects.get(code="mask@2022-06-21").is_current is False


@pytest.mark.django_db
def test_sync_moves_entries_without_a_new_version(folder):
    sync(folder)
    path = folder / "catalogue/uses.toml"
    head, first, *others = path.read_text("utf-8").split("[[use]]")
    path.write_text("[[use]]".join([head, *others, "\n" + first]), encoding="utf-8")

    report = sync(folder)

    assert report.kinds["use"].changed == ()
    assert report.kinds["use"].moved == 22
    assert UseRule.objects.count() == 22
    assert UseRule.objects.last().code == "UC-C1"


@pytest.mark.django_db
def test_sync_takes_a_second_policy_with_a_later_day(folder):
    sync(folder)
    path = folder / "catalogue/policies.toml"
    later = (
        '\n[[policy]]\ncapabilities = ["blur"]\nstance = "open"\neffective_from = 2024-01-01\n'
        'summary = "Open."\nedition = "Later"\nsources = ["S19"]\nconfidence = "low"\n'
    )
    path.write_text(path.read_text("utf-8") + later, encoding="utf-8")

    sync(folder)

    days = CapabilityPolicy.objects.current().filter(capability__slug="blur")
    assert list(days.values_list("effective_from", flat=True)) == [
        date(2022, 6, 21),
        date(2024, 1, 1),
    ]


BAD_FILES = {
    "entry given twice": (
        "catalogue/gate_rules.toml",
        'code = "ESC-TRACK"',
        'code = "ESC-SENSITIVE"',
        "catalogue/gate_rules.toml, gate_rule “ESC-SENSITIVE”, field code: also given in",
    ),
    "unknown foreign key": (
        "standard/goals.toml",
        'code = "I1"\nstandard = "ms-rais-2"',
        'code = "I1"\nstandard = "ms-rais-9"',
        "standard/goals.toml, goal “I1”, field standard: there is no standard “ms-rais-9”.",
    ),
    "unknown code in a list": (
        "standard/requirements.toml",
        'needs = ["T2"]',
        'needs = ["T9"]',
        "requirement “RS3.8”, field needs: there is no goal or requirement “T9”.",
    ),
    "unknown code in a fact": (
        "catalogue/probes.toml",
        'sets = ["STOP-US-POLICE"]',
        'sets = ["STOP-POLICE"]',
        "probe “P16”, field sets_when: there is no gate_rule “STOP-POLICE”.",
    ),
    "missing field": (
        "catalogue/operations.toml",
        'code = "detect"\nname = "Detect without face ID, attributes, redaction"\n',
        'code = "detect"\n',
        "catalogue/operations.toml, operation “detect”, field name: it is missing.",
    ),
    "empty text": (
        "standard/goals.toml",
        'name = "Fit for purpose"',
        'name = " "',
        "goal “A3”, field name: it is empty.",
    ),
    "unknown field": (
        "catalogue/services.toml",
        'slug = "speech"',
        'slug = "speech"\ncolour = "blue"',
        "service “speech”, field colour: no such field. Known: name, slug, summary.",
    ),
    "wrong type": (
        "catalogue/milestones.toml",
        "on = 2018-12-17",
        'on = "2018-12-17"',
        "field on: '2018-12-17' is not a day, as 2022-06-21.",
    ),
    "moment instead of a day": (
        "catalogue/milestones.toml",
        "on = 2018-12-17",
        "on = 2018-12-17T10:00:00",
        "is not a day, as 2022-06-21.",
    ),
    "number instead of yes or no": (
        "catalogue/operations.toml",
        "is_gated = false",
        "is_gated = 0",
        "operation “detect”, field is_gated: 0 is not true or false.",
    ),
    "unknown choice": (
        "catalogue/probes.toml",
        'code = "P02"\nkind = "question"',
        'code = "P02"\nkind = "quiz"',
        "probe “P02”, field kind: “quiz” is not trigger, question, both.",
    ),
    "unknown choice in a list": (
        "standard/requirements.toml",
        'tags = ["IA", "TN"]\nstage = "release"',
        'tags = ["IA", "XX"]\nstage = "release"',
        "requirement “RS1.9”, field tags: “XX” is not IA, OEC, TN.",
    ),
    "unknown source": (
        "catalogue/operations.toml",
        'sources = ["S18", "S20"]',
        'sources = ["S18", "S99"]',
        "operation “detect-with-face-id”, field sources: “S99” is in no list of sources.",
    ),
    "open policy with a last day": (
        "catalogue/policies.toml",
        'capabilities = ["redaction"]\nstance = "open"',
        'capabilities = ["redaction"]\nstance = "open"\nlast_permitted_on = 2023-06-30',
        "policy “redaction@2022-06-21”, field last_permitted_on: closed policies have this day,",
    ),
    "last day before the cut-off": (
        "catalogue/policies.toml",
        "last_permitted_on = 2023-06-30\nreview_business_days = 10\n"
        "requires_managed_customer = true\nsummary",
        "last_permitted_on = 2022-06-20\nreview_business_days = 10\n"
        "requires_managed_customer = true\nsummary",
        "policy “custom-neural-voice@2022-06-21”, field last_permitted_on: it lies before",
    ),
    "no TOML": (
        "catalogue/services.toml",
        'slug = "speech"',
        'slug = "speech',
        "services.toml: this file cannot be read",
    ),
    "what only the table refuses": (
        "catalogue/probes.toml",
        'code = "P02"\nkind = "question"',
        'code = "P02"\nkind = "trigger"',
        "catalogue/probes.toml, probe “P02”, field values: ",
    ),
    "unknown kind of entry": (
        "standard/standard.toml",
        "[[standard]]",
        "[[standards]]",
        "standard/standard.toml: “standards” is no kind of entry.",
    ),
    "single brackets": (
        "standard/standard.toml",
        "[[standard]]",
        "[standard]",
        "write [[standard]], with two brackets, for each entry.",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"), BAD_FILES.values(), ids=BAD_FILES.keys()
)
def test_sync_names_file_entry_and_field_and_writes_nothing(folder, file, old, new, complaint):
    sync()
    edit(folder, "catalogue/services.toml", "Analyses images:", "Looks at images:")
    before = row_counts()
    edit(folder, file, old, new)

    with pytest.raises(BadDataFile) as refusal:
        sync(folder)

    assert complaint in refusal.value.message
    assert row_counts() == before
    assert Service.objects.get(slug="vision").summary.startswith("Analyses images:")
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_sync_refuses_files_without_a_standard(tmp_path):
    with pytest.raises(BadDataFile, match="no file names a standard"):
        sync(tmp_path)


def test_two_syncs_at_once_write_everything_once(committed_db):
    def run(_):
        try:
            return sync().total("created")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        created = sorted(pool.map(run, range(2)))

    assert created == [0, sum(len(entries) for entries in ENTRIES.values())]
    assert GateRule.objects.count() == 11
    assert AuditEvent.objects.filter(kind=AuditKind.CATALOGUE_SYNCED).count() == 1
