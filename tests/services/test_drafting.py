"""Beginning a use case and keeping its working answers."""

import threading

import pytest
from django.db import connection

from reviews.domain.enums import AuditKind, CoAuthorRight, State
from reviews.domain.errors import BadInput, NotPermitted, StaleVersion, TransitionNotAllowed
from reviews.models import AuditEvent, CoAuthor, DraftPage, UseCase
from reviews.models.intake_answers import read_answers
from reviews.services import drafting
from tests.builders import NOW, TODAY, customer, team, user
from tests.builders_intake import draft, fill, first_scenario, submitted

WHEN = {"at": NOW, "on": TODAY}


@pytest.fixture
def ana(roles):
    return user("ana")


@pytest.fixture
def crew(ana):
    return team("Gate crew", ana)


@pytest.fixture
def case(catalogue, ana, crew):
    return draft(crew, by=ana)


def save(case, page, answers, by, version=1):
    return drafting.save_page(case, page, answers=answers, version=version, by=by, **WHEN)


@pytest.mark.django_db
def test_create_use_case_begins_a_draft_with_one_empty_scenario(catalogue, ana, crew):
    case = drafting.create_use_case(crew, title=" Door  camera ", by=ana, **WHEN)

    assert case.title == "Door camera"
    assert case.state == State.DRAFT
    assert case.reference == f"RAI-{TODAY.year}-000001"
    assert set(DraftPage.objects.values_list("page", flat=True)) == {
        "system",
        first_scenario(case),
    }
    assert AuditEvent.objects.latest("seq").kind == AuditKind.USE_CASE_CREATED


@pytest.mark.django_db
def test_create_use_case_takes_over_what_the_gate_page_learned(catalogue, ana, crew):
    northwind = customer("Northwind")

    case = drafting.create_use_case(
        crew,
        title="Doors",
        by=ana,
        capabilities=["verify"],
        customer=northwind,
        facts={"existing": "no", "use": "UC-C2", "region": "US", "managed": "unknown", "x": "y"},
        **WHEN,
    )

    answers = read_answers(case)
    assert answers["system"]["capabilities"] == ["verify"]
    assert answers["deployment"] == {
        "existing": "no",
        "region": "US",
        "for_customer": "yes",
        "customer": str(northwind.uid),
    }
    assert answers[first_scenario(case)] == {"use": "UC-C2"}
    assert case.customer == northwind
    assert list(case.capabilities.values_list("slug", flat=True)) == ["verify"]


@pytest.mark.django_db
def test_create_use_case_is_for_members_of_the_team(catalogue, crew):
    with pytest.raises(NotPermitted, match="Only members of a team"):
        drafting.create_use_case(crew, title="Doors", by=user("stranger"), **WHEN)

    assert not UseCase.objects.exists()


@pytest.mark.django_db
def test_save_page_shows_on_the_case_what_lists_need(case, ana):
    fill(
        case,
        "system",
        {"title": "New name", "capabilities": ["blur"], "lifecycle_stage": "testing"},
        by=ana,
    )

    case.refresh_from_db()
    assert (case.title, case.lifecycle_stage) == ("New name", "testing")
    assert list(case.capabilities.values_list("slug", flat=True)) == ["blur"]


@pytest.mark.django_db
def test_save_page_leaves_the_face_of_a_decided_case_alone(case, ana):
    UseCase.objects.filter(pk=case.pk).update(state=State.APPROVED)

    fill(case, "system", {"title": "New name", "capabilities": ["blur"]}, by=ana)

    case.refresh_from_db()
    assert case.title == "Sharper gate camera"
    assert not case.capabilities.exists()


@pytest.mark.django_db
def test_save_page_with_a_stale_version_gives_both_texts_and_writes_nothing(case, ana):
    save(case, "data", {"data_needs": "First."}, ana)

    with pytest.raises(StaleVersion) as stale:
        save(case, "data", {"data_needs": "Second."}, ana)

    assert stale.value.theirs == {"data_needs": "First."}
    assert stale.value.yours == {"data_needs": "Second."}
    assert stale.value.version == 2
    assert DraftPage.objects.get(use_case=case, page="data").answers == {"data_needs": "First."}


@pytest.mark.django_db
def test_save_page_of_the_same_answers_makes_no_version(case, ana):
    first = DraftPage.objects.get(use_case=case, page="data")
    events = AuditEvent.objects.count()

    again = save(case, "data", first.answers, ana, version=0)

    assert again.version == first.version
    assert AuditEvent.objects.count() == events


@pytest.mark.django_db
def test_save_page_records_fields_and_no_text(case, ana):
    save(case, "data", {"data_needs": "Very private words."}, ana)

    event = AuditEvent.objects.latest("seq")
    assert event.kind == AuditKind.DRAFT_SAVED
    assert event.data["page"] == "data"
    assert "data_needs" in event.data["fields"]
    assert "private" not in str(event.data)


@pytest.mark.django_db
@pytest.mark.parametrize("right", [CoAuthorRight.VIEW, CoAuthorRight.COMMENT])
def test_save_page_is_refused_to_co_authors_without_the_right(case, ana, right):
    other = user("vera")
    CoAuthor.objects.create(use_case=case, user=other, right=right, added_by=ana, added_at=NOW)

    with pytest.raises(NotPermitted):
        save(case, "data", {"data_needs": "Mine."}, other)


@pytest.mark.django_db
def test_save_page_is_refused_while_the_office_is_at_work(case, ana):
    UseCase.objects.filter(pk=case.pk).update(state=State.IN_REVIEW)

    with pytest.raises(TransitionNotAllowed, match="read and exported"):
        save(case, "data", {"data_needs": "Late."}, ana)


@pytest.mark.django_db
def test_a_removed_scenario_cannot_be_saved_into(case, ana):
    extra = drafting.add_scenario(case, by=ana, **WHEN)
    drafting.remove_scenario(case, extra.page, by=ana, **WHEN)

    with pytest.raises(BadInput, match="was removed"):
        save(case, extra.page, {"name": "Gone"}, ana)


@pytest.mark.django_db
def test_a_use_case_keeps_one_scenario_and_holds_twenty_at_most(case, ana):
    with pytest.raises(BadInput, match="needs one scenario"):
        drafting.remove_scenario(case, first_scenario(case), by=ana, **WHEN)
    for _ in range(drafting.MOST_SCENARIOS - 1):
        drafting.add_scenario(case, by=ana, **WHEN)
    with pytest.raises(BadInput, match="20 scenarios at most"):
        drafting.add_scenario(case, by=ana, **WHEN)


def test_two_tabs_that_save_at_once_lose_nothing(committed_db, roles, catalogue):
    ana = user("ana")
    case = draft(team("Gate crew", ana), by=ana)
    outcomes = []
    start = threading.Barrier(2)

    def tab(text):
        start.wait()
        try:
            save(case, "data", {"data_needs": text}, ana)
            outcomes.append(("saved", text))
        except StaleVersion as stale:
            outcomes.append(("both", stale.theirs["data_needs"], stale.yours["data_needs"]))
        finally:
            connection.close()

    threads = [threading.Thread(target=tab, args=(text,)) for text in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (saved,) = [one[1] for one in outcomes if one[0] == "saved"]
    (both,) = [one[1:] for one in outcomes if one[0] == "both"]
    assert set(both) == {"one", "two"}
    assert DraftPage.objects.get(use_case=case, page="data").answers["data_needs"] == saved


@pytest.mark.django_db
def test_save_page_leaves_the_case_under_review_as_it_was_filed(catalogue, ana, crew):
    case = submitted(crew, by=ana)
    UseCase.objects.filter(pk=case.pk).update(state=State.NEEDS_INFORMATION)

    fill(case, "system", {"title": "Another name", "capabilities": ["emotion"]}, by=ana)

    case.refresh_from_db()
    assert case.title == "Sharper gate camera"
    assert not case.capabilities.exists()
