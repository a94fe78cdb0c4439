"""Imports through the service, on real PostgreSQL: everything in or named, twice the same."""

import io
import random

import openpyxl
import pytest

from reviews.domain import intake
from reviews.domain.enums import AuditKind, Origin, Role, State
from reviews.domain.errors import BadDataFile, BadInput, NotPermitted
from reviews.models import AuditEvent, DraftPage, ImportedRow, ImportRun, Team, UseCase, User
from reviews.models.intake_answers import known_values
from reviews.services.importing.profiles import load_profile
from reviews.services.importing.reading import read_inventory
from reviews.services.importing.use_cases import EDITED, FILED, import_use_cases
from tests import builders
from tests.inventories import EXCERPT, INVENTORIES, bytes_of, table_of

pytestmark = pytest.mark.django_db

on_every_inventory = pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.stem)
PLACES = {"name": 0, "agency": 1, "short": 2, "purpose": 7, "outputs": 8}


def bring(raw, *, by=None, profile="omb-2024", **keys):
    return import_use_cases(
        raw,
        file_name="some/where/inventory.csv",
        profile=load_profile(profile),
        by=by,
        at=builders.NOW,
        on=keys.pop("on", builders.TODAY),
        **keys,
    )


def excerpt_with(row, place, text):
    """The excerpt with one cell (row 1 is the header) changed."""
    table = table_of(EXCERPT.read_bytes())
    table[row - 1][PLACES[place]] = text
    return bytes_of(table)


def case_of(row):
    return ImportedRow.objects.get(row_number=row).use_case


@on_every_inventory
def test_every_row_comes_in_or_is_named(inventory, catalogue):
    raw = inventory.read_bytes()
    table = table_of(raw)

    report = bring(raw)

    assert report.read == len(table) - 1
    assert (report.created, report.rejected) == (report.read, ())
    assert UseCase.objects.filter(origin=Origin.IMPORTED, state=State.DRAFT).count() == report.read
    assert report.teams_created == Team.objects.count()
    stored = ImportedRow.objects.order_by("row_number").values_list("row_number", "cells")
    assert [number for number, _ in stored] == list(range(2, len(table) + 1))
    assert [cells for _, cells in stored] == table[1:]


@on_every_inventory
def test_the_raw_file_can_be_given_back_byte_for_byte(inventory, catalogue):
    raw = inventory.read_bytes()

    bring(raw)

    run = ImportRun.objects.get()
    rows = ImportedRow.objects.order_by("row_number").values_list("cells", flat=True)
    assert bytes_of([run.header, *rows], run.encoding) == raw


@on_every_inventory
def test_a_second_run_changes_and_writes_nothing(inventory, catalogue):
    raw = inventory.read_bytes()
    first = bring(raw)
    before = (ImportRun.objects.count(), AuditEvent.objects.count(), DraftPage.objects.count())

    second = bring(raw)

    assert (second.created, second.updated, second.unchanged) == (0, 0, first.created)
    assert second.rejected == ()
    assert (second.answers, second.capabilities) == (first.answers, first.capabilities)
    after = (ImportRun.objects.count(), AuditEvent.objects.count(), DraftPage.objects.count())
    assert after == before


@on_every_inventory
def test_organisations_and_headers_do_not_matter(inventory, catalogue, tmp_path):
    """Other organisations in another order of columns with other headers: the same result."""
    raw = inventory.read_bytes()
    table = table_of(raw)
    order = list(range(len(table[0])))
    chance = random.Random(7)
    chance.shuffle(order)
    names = [(row[1], row[2], row[3]) for row in table[1:]]
    chance.shuffle(names)
    strangers = [["" if cell in table[0] else cell for cell in row] for row in table]
    strangers[0] = [f"Column {place}" for place in range(len(table[0]))]
    for row, (agency, short, bureau) in zip(strangers[1:], names, strict=True):
        row[1], row[2], row[3] = agency, short, bureau
    profile = tmp_path / "other.toml"
    profile.write_text(_with_other_headers(table[0]), encoding="utf-8")

    first = read_inventory(raw, load_profile("omb-2024"))
    other = bytes_of([[row[place] for place in order] for row in strangers])
    second = read_inventory(other, load_profile(profile))
    one, two = bring(raw, dry_run=True), bring(other, profile=profile, dry_run=True)

    assert [hits(row) for row in first.rows] == [hits(row) for row in second.rows]
    assert (one.created, one.rejected, one.capabilities, one.answers, one.stated) == (
        two.created,
        two.rejected,
        two.capabilities,
        two.answers,
        two.stated,
    )


def hits(row):
    return [(found.capability, found.passage) for found in row.capabilities], row.title, row.stage


def _with_other_headers(header):
    """The profile's text with each header replaced by the other file's name for the column."""
    text = (EXCERPT.parents[2] / "reviews/data/profiles/omb-2024.toml").read_text("utf-8")
    profile = load_profile("omb-2024")
    seen, lines = {}, {}
    for place, cell in enumerate(header):
        title = cell.strip()
        seen[title] = seen.get(title, 0) + 1
        for name, column in profile.columns.items():
            if (column.header, column.occurrence) == (title, seen[title]):
                lines[name] = f'{name} = "Column {place}"'
    start, end = text.index("[columns]"), text.index("[use_case]")
    own = text.replace('name = "omb-2024"', 'name = "other"', 1)
    start, end = own.index("[columns]"), own.index("[use_case]")
    return own[:start] + "[columns]\n" + "\n".join(lines.values()) + "\n\n" + own[end:]


def test_a_case_holds_what_the_row_says(catalogue):
    bring(EXCERPT.read_bytes())

    case = case_of(2)
    assert case.title == "Ferry gate face check"
    assert case.team.name == "HLA / Passenger Piers"
    assert case.lifecycle_stage == "maintenance"
    assert list(case.capabilities.values_list("slug", flat=True)) == ["verify"]
    assert case.reference == "RAI-2023-000001"
    assert case.created_by.username == "inventory-import"
    assert not case.created_by.is_active
    pages = {page.page.split(":")[0]: page.answers for page in case.draft_pages.all()}
    assert pages["system"]["title"] == case.title
    assert pages["system"]["capabilities"] == ["verify"]
    assert pages["scenario"]["name"] == case.title
    assert pages["deployment"] == {"sector": "public", "region": "US"}
    assert pages["triggers"] == {"human_rights_threat": "yes"}
    assert pages["oversight"]["second_way"] == "yes"


@on_every_inventory
def test_what_is_imported_is_what_the_form_would_store(inventory, catalogue):
    """So that a requester can open any imported case, complete it and file it."""
    bring(inventory.read_bytes())

    known, refused = {}, []
    for page in DraftPage.objects.all():
        kind = page.page.split(":")[0]
        if kind not in known:
            known[kind] = known_values(page.page, by=page.saved_by)
        try:
            assert intake.clean_page(page.page, page.answers, known=known[kind]) == page.answers
        except BadInput as reason:
            refused.append(reason.message)

    # A name longer than the form allows is kept whole; whoever edits the page shortens it.
    assert all("“Name of the use case” is" in reason for reason in refused)
    assert len(refused) <= 3


def test_a_few_statements_write_everything(catalogue, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        bring(EXCERPT.read_bytes())


def test_three_equal_rows_become_three_cases(catalogue):
    bring(EXCERPT.read_bytes())

    assert UseCase.objects.filter(title="Generative AI use").count() == 5
    assert len(set(ImportedRow.objects.values_list("key", flat=True))) == 42


@pytest.mark.parametrize(
    ("row", "on", "answers"),
    [
        # before any rule about faces
        (2, (2020, 6, 10), {"verify": "open"}),
        # in use since 2019, so the grace ends; who the end user is decides no more
        (2, (2023, 6, 30), {"verify": "cannot_say"}),
        (2, (2023, 7, 1), {"verify": "refused"}),
        # nothing is believed of its dates, so nobody knows whether it is an existing use
        (3, (2023, 7, 1), {"verify": "cannot_say"}),
        # implemented the day before the cut-off
        (8, (2023, 6, 30), {"speaker-recognition": "go_on"}),
        (8, (2023, 7, 1), {"speaker-recognition": "refused"}),
        # retired before the cut-off: not "existing"
        (30, (2023, 7, 1), {"identify": "cannot_say"}),
        # not said by or for whom: never assumed to be nobody's police
        (6, (2022, 6, 20), {"redaction": "open"}),
        (6, (2023, 6, 1), {"redaction": "cannot_say"}),
    ],
)
def test_the_gate_answers_with_the_facts_of_the_row(row, on, answers, catalogue):
    day = builders.TODAY.replace(year=on[0], month=on[1], day=on[2])

    report = bring(EXCERPT.read_bytes(), on=day)

    imported = ImportedRow.objects.get(row_number=row)
    assert {line["capability"]: line["answer"] for line in imported.gate} == answers
    assert all(line["passage"] for line in imported.gate)
    assert imported.use_case.gate_answer == imported.gate[0]["answer"]
    assert report.on == day
    assert report.as_dict()["on"] == day.isoformat()


def test_answers_of_the_row_escalate_its_case(catalogue):
    bring(EXCERPT.read_bytes())

    assert case_of(2).escalations == ["ESC-SENSITIVE"]  # "Rights-Impacting" in the inventory
    assert case_of(6).escalations == []


def test_the_report_names_every_default(catalogue):
    report = bring(EXCERPT.read_bytes())

    assert report.defaults == {
        "existing": "unknown",
        "managed": "unknown",
        "use": "unknown",
        "purpose": "unknown",
        "setting": "unknown",
        "region": "US",
        "sector": "public",
        "end_user": "unknown",
        "realtime_bodycam": "unknown",
        "medical_or_safety": "unknown",
    }
    assert report.stated == {"end_user": {"federal_law_enforcement": 1}}
    assert report.capabilities["verify"] == 4
    assert sum(sum(counts.values()) for counts in report.answers.values()) == sum(
        report.capabilities.values()
    )
    assert ImportRun.objects.get().report == report.as_dict()


def test_doubtful_cells_are_reported_and_not_believed(catalogue):
    report = bring(EXCERPT.read_bytes())

    doubts = {(one.row, one.column) for one in report.warnings}
    assert (3, "Date Implemented") in doubts
    assert (19, "Date Initiated") in doubts
    assert (31, "Stage of Development") in doubts
    assert (18, "Use Case Name") in doubts


def test_one_event_per_run_names_the_run_and_the_counts(catalogue):
    report = bring(EXCERPT.read_bytes())

    event = AuditEvent.objects.get(kind=AuditKind.USE_CASES_IMPORTED)
    assert event.subject_id == str(ImportRun.objects.get().uid)
    assert (event.data["read"], event.data["created"]) == (report.read, report.created)
    assert event.actor is None


def test_a_dry_run_reports_the_same_and_keeps_nothing(catalogue):
    dry = bring(EXCERPT.read_bytes(), dry_run=True)

    assert (UseCase.objects.count(), ImportRun.objects.count(), User.objects.count()) == (0, 0, 0)
    wet = bring(EXCERPT.read_bytes()).as_dict()
    assert dry.as_dict() == {**wet, "dry_run": True}


def test_a_changed_row_updates_its_case(catalogue):
    bring(EXCERPT.read_bytes())
    case = case_of(9)

    report = bring(excerpt_with(9, "purpose", "Counts calls by hour."), on=builders.TODAY)

    assert (report.created, report.updated, report.unchanged) == (0, 1, 41)
    case.refresh_from_db()
    assert list(case.capabilities.all()) == []
    assert case.gate_answer == ""
    system = case.draft_pages.get(page="system")
    assert system.answers["purpose"] == "Counts calls by hour."
    assert "capabilities" not in system.answers
    assert system.version == 2
    assert case.draft_pages.filter(page__startswith="scenario:").count() == 1
    assert bring(excerpt_with(9, "purpose", "Counts calls by hour.")).changes == 0


def test_a_case_that_people_edited_is_not_overwritten(catalogue):
    bring(EXCERPT.read_bytes())
    case = case_of(9)
    page = case.draft_pages.get(page="system")
    page.answers |= {"purpose": "We wrote this ourselves."}
    page.save()

    report = bring(excerpt_with(9, "purpose", "Counts calls by hour."))

    assert report.changes == 0
    assert [(one.row, one.reason) for one in report.rejected] == [(9, f"{case.reference} {EDITED}")]
    assert report.read == report.unchanged + report.rejected_rows
    page.refresh_from_db()
    assert page.answers["purpose"] == "We wrote this ourselves."


def test_a_filed_case_is_not_overwritten(catalogue):
    bring(EXCERPT.read_bytes())
    case = case_of(9)
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)

    report = bring(excerpt_with(9, "outputs", "A colour"))

    assert [one.reason for one in report.rejected] == [f"{case.reference} {FILED}"]


def test_moved_and_missing_rows_leave_the_others_alone(catalogue):
    bring(EXCERPT.read_bytes())
    table = table_of(EXCERPT.read_bytes())

    report = bring(bytes_of([table[0], *reversed(table[2:])]))

    assert (report.changes, report.unchanged, report.absent) == (0, 41, 1)
    assert UseCase.objects.count() == 42


def test_a_row_without_a_name_is_rejected_and_the_rest_comes_in(catalogue):
    report = bring(excerpt_with(5, "name", " "))

    assert (report.created, report.rejected_rows) == (41, 1)
    assert report.rejected[0].row == 5
    assert report.rejected[0].column == "Use Case Name"


def test_a_header_that_does_not_fit_refuses_the_file(catalogue):
    raw = EXCERPT.read_bytes().replace(b"AI system\x92s outputs", b"AI system's outputs", 1)

    with pytest.raises(BadInput, match="mind quotation marks"):
        bring(raw)

    assert UseCase.objects.count() == 0


def test_a_profile_that_names_an_unknown_capability_is_refused(catalogue, tmp_path):
    path = tmp_path / "odd.toml"
    path.write_text(
        (EXCERPT.parents[2] / "reviews/data/profiles/omb-2024.toml").read_text("utf-8")
        + '\n[[detection.rule]]\ncapability = "palm"\nwhy = "A palm."\nany = ["palm*"]\n',
        encoding="utf-8",
    )

    with pytest.raises(BadDataFile, match="no capability “palm”"):
        bring(EXCERPT.read_bytes(), profile=path)


def test_an_empty_catalogue_is_refused():
    with pytest.raises(BadInput, match="Run sync_catalogue first"):
        bring(EXCERPT.read_bytes())


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.LEAD, True),
        (Role.ADMIN, True),
        (Role.REVIEWER, False),
        (Role.AUDITOR, False),
        (Role.REQUESTER, False),
    ],
)
def test_the_office_may_import_and_nobody_else(role, may, catalogue, roles):
    person = builders.user("somebody", role)

    if may:
        bring(EXCERPT.read_bytes(), by=person)
        assert set(UseCase.objects.values_list("created_by__username", flat=True)) == {"somebody"}
    else:
        with pytest.raises(NotPermitted, match="Only leads and administrators"):
            bring(EXCERPT.read_bytes(), by=person)
        assert UseCase.objects.count() == 0


# Workbooks ---------------------------------------------------------------------------------------


def workbook(*rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Register"
    sheet.append(["Register of AI systems"])
    sheet.append([])
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADER = [
    "No.", "AI system", "Owning unit", "Site", "What it is for", "What it gives out", "Status",
    "Live since", "Switched off on", "Country", "Used on staff?", "Comment", "Comment",
]  # fmt: skip


def test_a_workbook_comes_in_by_its_own_profile(catalogue):
    day = builders.TODAY.replace(year=2021, month=5, day=4)
    raw = workbook(
        HEADER,
        [7, "Door", "Works", "Leeds", "Speaker verification at the door", "Open",
         "Live", day, None, "France", "yes", "Board beside the gate", "Firmware is pinned"],
        [],
        [8.0, "Sorter", "", "Leeds", "Sorts parcels", "-", "In test", "32.1.2021", "", "", "no"],
    )  # fmt: skip

    report = bring(raw, profile="register-xlsx")

    assert (report.read, report.created, report.rejected_rows) == (2, 1, 1)
    assert [(one.row, one.column) for one in report.rejected] == [(3, "Owning unit")]
    row = ImportedRow.objects.get()
    assert row.cells[0] == "7"
    assert row.cells[7] == "2021-05-04"
    assert row.use_case.team.name == "Works, Leeds"
    assert {page.page.split(":")[0]: page.answers for page in row.use_case.draft_pages.all()}[
        "deployment"
    ] == {"sector": "commercial", "region": "EU"}
    assert [line["answer"] for line in row.gate] == ["go_on"]
    assert ImportRun.objects.get().encoding == ""


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"No.,AI system\r\n", "The file is no XLSX workbook"),
        (workbook(), "The file holds no header"),
    ],
)
def test_a_file_that_is_no_such_workbook_is_refused(raw, reason, catalogue):
    with pytest.raises(BadInput, match=reason):
        bring(raw, profile="register-xlsx")


def test_a_missing_sheet_is_named(catalogue):
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(BadInput, match="no sheet “Register”; found: Sheet"):
        bring(out.getvalue(), profile="register-xlsx")


# Profiles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("omb-1066", "There is no profile “omb-1066”. Known: omb-2024, rai-portal, register-xlsx;"),
        ("elsewhere/none.toml", "There is no profile file “elsewhere/none.toml”."),
    ],
)
def test_load_profile_says_which_there_are(name, message):
    with pytest.raises(BadInput, match=message):
        load_profile(name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", r"mine\.toml: this is no valid TOML in UTF-8"),
        ('[detection]\nrules_from = "latin"', r"mine\.toml, detection\.rules_from: there are no"),
        ('name = "x"', r"mine\.toml, title: a text is needed here"),
    ],
)
def test_load_profile_names_the_file_that_is_wrong(text, message, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadDataFile, match=message):
        load_profile(path)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('page = "nowhere"\nfield = "x"\ncolumns = ["a"]', "the form has no page “nowhere”"),
        ('page = "system"\nfield = "x"\ncolumns = ["a"]', "the page has no “x”; it has title"),
        ('page = "system"\nfield = "capabilities"\ncolumns = ["a"]', "cannot be filled"),
        (
            'page = "people"\nfield = "informs_decisions"\ncolumns = ["a"]',
            "“informs_decisions” takes one of no, yes",
        ),
        (
            'page = "people"\nfield = "informs_decisions"\nconstant = "perhaps"',
            "“informs_decisions” takes one of no, yes",
        ),
    ],
)
def test_load_profile_checks_answers_against_the_form(rule, message, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        f"""
        name = "mine"
        title = "Mine"
        columns = {{ a = "A" }}
        use_case = {{ title = "a" }}
        team = {{ default = "Us" }}
        key = {{ columns = ["a"] }}
        [[answers]]
        {rule}
        """,
        encoding="utf-8",
    )

    with pytest.raises(BadDataFile, match=rf"mine\.toml, answers\[1\].*{message}"):
        load_profile(path)
