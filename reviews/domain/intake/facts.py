"""What the gate wants to know, taken from the answers. Names: those of ``domain.gate.facts``."""

from collections.abc import Mapping

from reviews.domain.intake.answers import probe_answers, scenarios
from reviews.domain.intake.form import page as asked_page
from reviews.domain.intake.questions import Answers
from reviews.domain.intake.rules import TRIGGERS

UNKNOWN = "unknown"

_DEPLOYMENT = ("existing", "managed", "region", "sector", "end_user", "realtime_bodycam")
_SCENARIO = ("setting", "use", "medical_or_safety", "accessibility")
_ESCALATING = {
    "triggers": (
        *TRIGGERS,
        "tracking",
        "live_identification",
        "enrolment_optional",
        "enrolment_controlled_by",
        "healthcare_decision",
        "public_space",
        "protected_space",
        "task_monitoring",
    ),
    "people": ("under_18", "mainly_over_65"),
    "data": ("illinois_biometrics",),
    "oversight": ("second_way",),
}
_MARKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "UC-A2": {"tracking": ("yes",), "live_identification": ("yes",)},
    "UC-A3": {"task_monitoring": ("yes",)},
    "UC-A4": {"protected_space": ("yes",)},
    "UC-A5": {"enrolment_optional": ("no",), "enrolment_controlled_by": ("employer", "school")},
    "UC-A6": {"second_way": ("no",)},
    "UC-K1": {"under_18": ("yes",), "mainly_over_65": ("yes",)},
    "UC-K2": {"healthcare_decision": ("yes",)},
    "UC-K3": {"public_space": ("yes",)},
}
"""Uses to avoid and with extra care: any of the fields with one of the values marks the use."""


def gate_facts(answers: Answers, scenario: str = "") -> dict[str, object]:
    """Facts for one scenario (its page key); none named: the strictest of all scenarios' words.

    Values are codes, ``yes``, ``no`` or ``unknown``. A question that is not asked of these
    capabilities is left out; one that is asked and not answered is ``unknown``. ``intake`` holds
    the escalating answers by field, ``probes`` the probes answered with yes, ``marks`` the codes
    of uses to be avoided or in need of care. What the register knows (grants, applications,
    extensions, exceptions) is not in here.
    """
    facts: dict[str, object] = dict(_asked(answers, "deployment", _DEPLOYMENT))
    intake: dict[str, str] = {}
    for page, fields in _ESCALATING.items():
        intake |= _asked(answers, page, fields)
    facts |= _scenario_facts(answers, scenario)
    facts["intake"] = intake
    facts["marks"] = _marks(intake)
    facts["probes"] = [code for code, said in probe_answers(answers).items() if said]
    return facts


def fact_sets(answers: Answers) -> dict[str, dict[str, object]]:
    """Facts by scenario key; one entry under the empty key while there is no scenario."""
    keys = [one.key for one in scenarios(answers)] or [""]
    return {key: gate_facts(answers, key) for key in keys}


def _marks(intake: Mapping[str, str]) -> list[str]:
    return [
        code
        for code, fields in _MARKS.items()
        if any(intake.get(field) in values for field, values in fields.items())
    ]


def _scenario_facts(answers: Answers, scenario: str) -> dict[str, str]:
    keys = [scenario] if scenario else [one.key for one in scenarios(answers)]
    facts: dict[str, str] = {}
    for key in keys:
        for field, value in _asked(answers, key, _SCENARIO).items():
            facts[field] = _stricter(field, facts.get(field), value)
    if "accessibility" in facts:
        facts["purpose"] = facts.pop("accessibility")
    return facts


def _asked(answers: Answers, page: str, fields: tuple[str, ...]) -> dict[str, str]:
    shown = asked_page(answers, page)
    given = answers.get(page, {})
    return {
        question.id: str(given.get(question.id) or UNKNOWN)
        for question in (shown.questions if shown else ())
        if question.id in fields
    }


_STRICT_ORDER = {
    "setting": ("workplace", "education", "healthcare", "public_space", UNKNOWN, "other"),
    "accessibility": ("general", UNKNOWN, "accessibility"),
    "medical_or_safety": ("no", UNKNOWN, "yes"),
}


def _stricter(field: str, first: str | None, second: str) -> str:
    """Of two scenarios' words the one that lets less through; two different uses are unknown."""
    if first is None or first == second:
        return second
    order = _STRICT_ORDER.get(field)
    return min(first, second, key=order.index) if order else UNKNOWN
