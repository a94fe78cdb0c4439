"""Reference data: what the tables themselves refuse, whoever writes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from reviews.models.catalogue import Capability, CapabilityPolicy, Operation
from reviews.models.gate_rules import GateRule, Probe, UseRule
from reviews.models.standard import Requirement, Standard
from tests.builders import NOW

REFUSED = [
    (Capability, {"slug": "emotion"}, {"family": "mood"}, "capability_family_is_known"),
    (
        CapabilityPolicy,
        {"code": "emotion@2022-06-21"},
        {"stance": "paused"},
        "capabilitypolicy_stance_is_known",
    ),
    (
        CapabilityPolicy,
        {"code": "blur@2022-06-21"},
        {"last_permitted_on": date(2023, 6, 30)},
        "capabilitypolicy_days_belong_to_the_closed_stances",
    ),
    (
        CapabilityPolicy,
        {"code": "emotion@2022-06-21"},
        {"last_permitted_on": date(2022, 6, 20)},
        "capabilitypolicy_ends_after_its_cutoff",
    ),
    (
        CapabilityPolicy,
        {"code": "emotion@2022-06-21"},
        {"permitted_exceptions": ["friends"]},
        "capabilitypolicy_exceptions_are_known",
    ),
    (
        CapabilityPolicy,
        {"code": "verify@2022-06-21"},
        {"use_list_edition": ""},
        "capabilitypolicy_a_list_has_its_edition",
    ),
    (
        Operation,
        {"code": "detect"},
        {"gated_since": date(2022, 6, 21)},
        "operation_open_call_has_no_gate_day",
    ),
    (UseRule, {"code": "UC-A1"}, {"sector": "private"}, "userule_sector_is_known"),
    (
        GateRule,
        {"code": "STOP-BODYCAM"},
        {"needs_sensitive_review": True},
        "gaterule_a_stop_asks_for_no_review",
    ),
    (Probe, {"code": "P13"}, {"sets": []}, "probe_escalates_if_asked_at_intake"),
    (Probe, {"code": "P13"}, {"intake_question": ""}, "probe_escalates_if_asked_at_intake"),
    (Requirement, {"code": "A4.1"}, {"tags": ["IA", "XX"]}, "requirement_tags_are_known"),
    (Requirement, {"code": "A4.1"}, {"stage": "later"}, "requirement_stage_is_known"),
    (Requirement, {"code": "A4.1"}, {"version": 0}, "requirement_versions_count_from_one"),
]


@pytest.mark.parametrize(
    ("model", "which", "change", "constraint"),
    REFUSED,
    ids=[f"{constraint}-{'-'.join(change)}" for _, _, change, constraint in REFUSED],
)
def test_the_table_refuses(catalogue, model, which, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(**which).update(**change)


def test_the_table_refuses_a_second_current_version(catalogue):
    rule = GateRule.objects.get(code="ESC-BIPA")
    rule.pk, rule.version, rule.recorded_at = None, 2, NOW

    with pytest.raises(IntegrityError, match="gaterule_has_one_current_version"):
        rule.save(force_insert=True)


def test_the_table_refuses_the_same_version_twice(catalogue):
    rule = GateRule.objects.get(code="ESC-BIPA")
    rule.pk, rule.is_current = None, False

    with pytest.raises(IntegrityError, match="gaterule_version_is_written_once"):
        rule.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "which", "text"),
    [
        (Standard, {"framework": "MS-RAIS"}, "Microsoft Responsible AI Standard, version 2"),
        (Capability, {"slug": "head-pose"}, "Head pose"),
        (CapabilityPolicy, {"capability__slug": "age"}, "age@2022-06-21 v1"),
        (Requirement, {"code": "RS1.6"}, "RS1.6 v1"),
    ],
)
def test_rows_name_themselves(catalogue, model, which, text):
    assert str(model.objects.get(**which)) == text


def test_an_edge_names_itself(catalogue):
    needs = Requirement.objects.get(code="RS1.6").needs.all()

    assert [str(need) for need in needs] == [
        "RS1.6 needs RS1.1",
        "RS1.6 needs RS1.3",
        "RS1.6 needs RS1.4",
        "RS1.6 needs RS1.5",
    ]


def test_a_probe_knows_whether_intake_asks_it(catalogue):
    assert Probe.objects.get(code="P05").is_trigger
    assert not Probe.objects.get(code="P07").is_trigger
