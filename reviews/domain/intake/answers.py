"""What the answers say, for those who go on with them: checklist, gate, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.domain.enums import LifecycleStage
from reviews.domain.intake.form import page as asked_page
from reviews.domain.intake.probes import PROBES
from reviews.domain.intake.questions import Answers
from reviews.domain.intake.rules import CATALOGUE, SCENARIO, scenario_keys

NO_CAPABILITY = "none"
"""Stands among the capabilities for "none of these", so that nobody skips the question."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One intended use, as its page says."""

    key: str
    name: str
    description: str
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whether a goal applies by the answers, why not, and the field that says so."""

    applies: bool
    reason: str
    field: str


def scenarios(answers: Answers) -> list[Scenario]:
    """The scenarios in the order in which they were added."""
    return [
        Scenario(
            key,
            str(answers[key].get("name") or ""),
            str(answers[key].get("description") or ""),
            answers[key],
        )
        for key in scenario_keys(answers)
    ]


def capability_slugs(answers: Answers) -> list[str]:
    """Slugs of the capabilities asked for, in the order of the form."""
    chosen = answers.get("system", {}).get("capabilities") or []
    return [str(slug) for slug in _listed(chosen) if slug != NO_CAPABILITY]


def lifecycle_stage(answers: Answers) -> str:
    """A value of ``LifecycleStage``; empty while it is not answered."""
    stage = answers.get("system", {}).get("lifecycle_stage") or ""
    return str(stage) if stage in LifecycleStage.values else ""


_GOAL_FIELDS = {
    "informs_decisions": ("people", "informs_decisions", "informs_decisions_reason"),
    "impersonates_human": ("people", "impersonates_human", "disclosure_reason"),
    "synthetic_media": ("people", "synthetic_media", "disclosure_reason"),
    "demographic_quality_gap": (
        "people",
        "demographic_quality_gap",
        "demographic_quality_gap_reason",
    ),
    "allocates_essential": ("people", "allocates_essential", "allocates_essential_reason"),
    "represents_people": ("people", "represents_people", "represents_people_reason"),
    "privacy_standard_applies": ("data", "privacy_standard_applies", ""),
    "security_policy_applies": ("data", "security_policy_applies", ""),
    "accessibility_standard_applies": ("deployment", "accessibility_standard_applies", ""),
}
_ESCALATED = {
    "demographic_quality_gap": (("people", "under_18"), ("people", "mainly_over_65")),
    "privacy_standard_applies": (("data", "illinois_biometrics"),),
}
"""Answers whose escalation asks for the goal (ESC-CHILD: F1, ESC-BIPA: PS1), whatever else is."""


def goal_applicability(answers: Answers) -> dict[str, Applicability]:
    """By applicability key of the Standard. What is not answered applies: nothing is assumed away.

    ``field`` is ``page.field`` of the answer that decides.
    """
    found = {"always": Applicability(True, "", "")}
    for key, (page, field, reason) in _GOAL_FIELDS.items():
        given = answers.get(page, {})
        applies = given.get(field) != "no"
        said = "" if applies or not reason else str(given.get(reason) or "")
        found[key] = Applicability(applies, said, f"{page}.{field}")
        for page_, field_ in _ESCALATED.get(key, ()):
            if answers.get(page_, {}).get(field_) == "yes" and not found[key].applies:
                found[key] = Applicability(True, "", f"{page_}.{field_}")
    return found


def probe_answers(answers: Answers) -> dict[str, bool | None]:
    """Yes, no or not known, for each probe that is asked of these capabilities.

    P20 follows from the purpose of the scenarios.
    """
    asked = asked_page(answers, "triggers")
    shown = {question.id for question in asked.questions} if asked else set()
    given = answers.get("triggers", {})
    found = {
        probe.id: _YES_NO.get(str(given.get(probe.id) or ""))
        for probe in PROBES
        if probe.id in shown
    }
    purposes = [answers[key].get("accessibility") for key in scenario_keys(answers)]
    if any(purposes):
        found["P20"] = "accessibility" in purposes
    return found


_YES_NO = {"yes": True, "no": False}


def catalogue_page(
    capabilities: Mapping[str, str], labels: Mapping[str, str], *, gated: bool
) -> dict[str, object]:
    """The derived page ``catalogue``: slug to family, words of chosen codes, any closed policy.

    It travels with the answers, so that a frozen submission reads the same for ever.
    """
    return {"capabilities": dict(capabilities), "labels": dict(labels), "gated": gated}


def label_of(answers: Answers, value: str) -> str:
    """Words of a chosen capability, customer, use or country; the value where none are known."""
    labels = answers.get(CATALOGUE, {}).get("labels", {})
    return str(labels.get(value, value)) if isinstance(labels, Mapping) else value


def is_scenario(page_key: str) -> bool:
    return page_key.startswith(f"{SCENARIO}:")


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
