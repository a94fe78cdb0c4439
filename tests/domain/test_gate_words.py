"""Facts from words, results as data, and the catalogue of texts."""

import ast
import json
from pathlib import Path

import pytest

from reviews.domain import gate
from reviews.domain.gate import Answer, UnreadableFacts, as_data, facts_from
from reviews.domain.gate.answers import HEADLINES, LABELS
from reviews.domain.gate.facts import ASKING_ORDER, EU_REGIONS, Application, EndUser, Facts, Said
from reviews.domain.gate.messages import MESSAGES
from reviews.domain.gate.reading import catalogue
from tests.gate_questions import EXISTING, GENERAL, TABLES, ask, day


def test_facts_from_reads_the_words_of_a_link():
    facts = facts_from(
        {
            "existing": "no",
            "managed": "unknown",
            "application": "granted",
            "use": "uc-c2, UC-A2,UC-K3",
            "granted_use": "UC-C3",
            "region": "de",
            "end_user": "federal_law_enforcement",
            "extension_until": "2023-09-30",
            "sector": "",
        }
    )

    assert facts == Facts(
        existing=Said.NO,
        managed=Said.UNKNOWN,
        application=Application.GRANTED,
        use="UC-C2",
        marks=frozenset({"UC-A2", "UC-K3"}),
        granted_use="UC-C3",
        region="DE",
        end_user=EndUser.FEDERAL,
        extension_until=day("2023-09-30"),
    )


def test_facts_from_takes_what_the_intake_hands_over():
    facts = facts_from(
        {
            "intake": {"under_18": "yes", "no_field_of_the_gate": "yes"},
            "marks": ["UC-K1"],
            "probes": ["P01"],
            "exception_until": day("2024-01-31"),
            "extension_until": "unknown",
        }
    )

    assert facts.intake == {"under_18": "yes"}
    assert (facts.marks, facts.probes) == (frozenset({"UC-K1"}), frozenset({"P01"}))
    assert (facts.exception_until, facts.extension_until) == (day("2024-01-31"), "unknown")


@pytest.mark.parametrize(
    ("name", "word", "sentence"),
    [
        ("existing", "maybe", "“maybe” is no value of “existing”. Write one of: yes, no, unknown."),
        ("use", "UC-Z9", "“UC-Z9” is no use that we know."),
        ("use", "UC-C2,UC-C3", "ask about one use at a time"),
        ("region", "Europe", "Write EU, a country code such as US, or unknown."),
        ("extension_until", "30.9.2023", "Write it as 2023-09-30."),
        ("colour", "red", "“colour” is no fact that the gate knows."),
    ],
)
def test_facts_from_says_in_words_what_it_cannot_read(name, word, sentence):
    with pytest.raises(UnreadableFacts) as refusal:
        facts_from({name: word}, uses={"UC-C2", "UC-C3"})

    assert sentence in refusal.value.errors[name]


def test_facts_from_names_every_unreadable_fact():
    with pytest.raises(UnreadableFacts) as refusal:
        facts_from({"existing": "x", "managed": "y", "sector": "public"})

    assert set(refusal.value.errors) == {"existing", "managed"}


def test_final_makes_unknown_what_a_person_was_not_asked():
    final = Facts(existing=Said.YES).final()

    assert (final.existing, final.end_user, final.region) == (Said.YES, "unknown", "unknown")
    assert (final.application, final.extension_until) == (None, None)


def test_eu_regions_hold_the_27_member_states():
    assert len(EU_REGIONS - {"EU"} - {"AX", "GF", "GP", "MF", "MQ", "RE", "YT"}) == 27
    assert not EU_REGIONS & {"GB", "CH", "NO", "US"}


def test_as_data_is_json_with_the_fields_of_the_contract():
    data = json.loads(json.dumps(as_data(ask("emotion", "2023-06-30", **EXISTING, **GENERAL))))

    assert (data["answer"], data["days_left"], data["missing"]) == ("go_on", 0, [])
    assert (data["last_permitted_on"], data["last_safe_filing_on"]) == ("2023-06-30", "2023-06-16")
    assert data["policy_version"] == "emotion@2022-06-21 v1"
    finding = data["findings"][0]
    assert (finding["rule"], finding["policy_version"]) == (
        "RETIRED-GRACE",
        "emotion@2022-06-21 v1",
    )
    assert "30 June 2023" in finding["message"]
    assert finding["source"]


def test_answers_stand_strictest_first():
    assert [answer.value for answer in Answer] == [
        "stop",
        "refused",
        "not_eligible",
        "not_covered",
        "cannot_say",
        "apply_first",
        "exception_request",
        "go_on",
        "allowed",
        "open",
    ]
    assert set(LABELS) == set(HEADLINES) == set(Answer)


def words_in_the_code() -> set[str]:
    folder = Path(gate.__file__).parent
    trees = [ast.parse(path.read_text()) for path in folder.glob("*.py") if path.stem != "messages"]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("message", MESSAGES)
def test_every_text_is_used(message):
    built = [f"ask_{fact}" for fact in ASKING_ORDER]
    built += [f"unless_{code.lower().replace('-', '_')}" for code in gate.stops.TESTS]

    assert message in words_in_the_code() or message in built


@pytest.mark.parametrize("fact", ASKING_ORDER)
def test_every_fact_has_its_question(fact):
    assert f"ask_{fact}" in MESSAGES


def test_catalogue_refuses_a_stop_that_no_test_knows():
    rule = {"code": "STOP-NEW", "result": "stop", "condition": "x", "outcome": "y"}

    with pytest.raises(ValueError, match="No test is written for STOP-NEW"):
        catalogue({**TABLES, "gate_rule": [*TABLES["gate_rule"], rule]})
