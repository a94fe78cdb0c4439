"""Which answers an item rests on, and what a change touches."""

import pytest

from reviews.domain import checklist_basis as basis

QUESTIONS = {
    ("system", "purpose"): ("A3.1", "purpose"),
    ("people", "deciders"): ("T1.1", "T1.2", "deciders"),
    ("people", "informs_decisions_reason"): ("T1", "informs_decisions_reason"),
    ("people", "quality_groups"): ("F1.1", "quality_groups"),
    ("triggers", "P05"): ("F1.1", "I1", "P05"),
}


@pytest.mark.parametrize(
    ("code", "informs", "fields"),
    [
        ("A3.1", (), [("system", "purpose")]),
        ("T1.1", (), [("people", "deciders"), ("people", "informs_decisions_reason")]),
        ("T1.6", (), [("people", "informs_decisions_reason")]),
        ("I1", (), [("triggers", "P05")]),
        ("P05", ("F1.2",), [("triggers", "P05")]),
        ("P08", ("F1",), [("people", "quality_groups"), ("triggers", "P05")]),
    ],
)
def test_basis_of_follows_codes_goals_and_probes(code, informs, fields):
    found = basis.basis_of(code, informs, QUESTIONS)

    assert (list(found.fields), found.of_goal) == (fields, False)


def test_basis_of_falls_back_to_the_answers_of_the_goal():
    found = basis.basis_of("F1.7", (), QUESTIONS)

    assert found == basis.Basis((("people", "quality_groups"), ("triggers", "P05")), of_goal=True)


def test_basis_of_is_empty_where_the_form_says_nothing():
    assert basis.basis_of("RS3.9", (), QUESTIONS) == basis.Basis((), of_goal=True)


ANSWERS = {
    "system": {"title": "A", "purpose": "Doors", "capabilities": ["blur"]},
    "people": {"stakeholders": "Guards"},
    "catalogue": {"gated": False},
}


def changed(**pages: dict[str, object]) -> frozenset[tuple[str, str]]:
    new = {page: {**ANSWERS.get(page, {}), **given} for page, given in {**ANSWERS, **pages}.items()}
    return basis.changed(ANSWERS, new)


def test_changed_is_empty_for_the_same_answers():
    assert changed() == frozenset()


def test_changed_names_page_and_field():
    assert changed(system={"purpose": "Gates"}) == {("system", "purpose")}


def test_changed_counts_an_answer_that_went():
    assert changed(people={"stakeholders": ""}) == {("people", "stakeholders")}


def test_changed_leaves_the_derived_page_out():
    assert changed(catalogue={"gated": True}) == frozenset()


def test_changed_counts_a_scenario_that_came():
    found = changed(**{"scenario:aa": {"name": "Gate"}})

    assert found == {("scenario:aa", "name")}


def test_rests_on_changed_asks_both_sides():
    before = {("people", "old"): ("A3.1",)}
    after = {("system", "purpose"): ("A3.1",)}
    differing = {("people", "old"), ("people", "other")}

    assert basis.rests_on_changed("A3.1", (), differing, before=before, after=after) == (
        ("people", "old"),
    )
