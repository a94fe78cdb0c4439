"""What the gate says about a use case, as the pages of the form show it."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from reviews.domain import intake
from reviews.domain.gate import Answer, Finding, GateResult, Kind
from reviews.domain.intake import Answers
from reviews.domain.intake.outcome import PLACES, GateOutcome
from reviews.models import UseCase
from reviews.web.gate_words import Reason, apply_url, write


@dataclass(frozen=True, slots=True)
class Panel:
    """The answer for one capability in one scenario."""

    subject: str
    answer: Answer
    reasons: tuple[Reason, ...]
    more: tuple[Reason, ...]
    dates: tuple[tuple[str, str], ...]
    missing: tuple[tuple[str, str], ...]
    alternatives: tuple[str, ...]
    apply_url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything, the strictest first."""

    panels: tuple[Panel, ...]
    escalations: tuple[Reason, ...]
    is_sensitive: bool
    on: date


def shown(use_case: UseCase, answers: Answers, outcome: GateOutcome) -> Shown:
    """One panel per capability and scenario; equal answers of several scenarios stand together."""
    names = {
        one.key: one.name or gettext("a scenario without a name")
        for one in intake.scenarios(answers)
    }
    same: dict[tuple[object, ...], list[str]] = {}
    results: dict[tuple[object, ...], tuple[str, GateResult]] = {}
    for key, found in outcome.by_scenario.items():
        for result in found:
            mark = (result.capability, result.answer, tuple(f.rule for f in result.findings))
            same.setdefault(mark, []).append(names.get(key, ""))
            results.setdefault(mark, (key, result))
    panels = [
        _panel(use_case, result, key, same[mark] if len(names) > 1 else [])
        for mark, (key, result) in results.items()
    ]
    return Shown(
        tuple(sorted(panels, key=lambda panel: panel.answer.rank)),
        _escalations(outcome),
        outcome.is_sensitive,
        outcome.on,
    )


def _panel(use_case: UseCase, result: GateResult, key: str, scenarios: list[str]) -> Panel:
    told = [one for one in result.findings if one.kind is not Kind.ESCALATION]
    first = [one for one in told if one.answer is result.answer] or told[:1]
    subject = result.name
    if any(scenarios):
        subject = f"{result.name}: {', '.join(scenarios)}"
    return Panel(
        subject,
        result.answer,
        tuple(_reason(one) for one in first),
        tuple(_reason(one) for one in told if one not in first),
        _dates(result),
        tuple((_fact_label(fact), _fact_url(use_case, fact, key)) for fact in result.missing),
        result.alternatives,
        apply_url(result, use_case.customer),
    )


def _dates(result: GateResult) -> tuple[tuple[str, str], ...]:
    pairs = [
        (gettext("Last permitted day"), result.last_permitted_on),
        (gettext("Last safe filing day"), result.last_safe_filing_on),
    ]
    return tuple((label, date_format(day, "j F Y")) for label, day in pairs if day)


def _escalations(outcome: GateOutcome) -> tuple[Reason, ...]:
    found: dict[str, Reason] = {}
    for results in outcome.by_scenario.values():
        for result in results:
            for finding in result.findings:
                if finding.kind is Kind.ESCALATION:
                    found.setdefault(finding.rule, _reason(finding))
    return tuple(found.values())


def _reason(finding: Finding) -> Reason:
    return Reason(write(finding), finding.rule, finding.source, finding.policy_version)


_FIELDS = {"purpose": "accessibility"}


def _fact_label(fact: str) -> str:
    page = PLACES.get(fact, f"{intake.SCENARIO}:")
    try:
        return gettext(intake.question(page, _FIELDS.get(fact, fact)).label)
    except KeyError:
        return fact.replace("_", " ")


def _fact_url(use_case: UseCase, fact: str, scenario: str) -> str:
    page = PLACES.get(fact, scenario)
    if not page:
        return reverse("reviews:use_case_edit", args=[use_case.reference])
    url = reverse("reviews:use_case_page", args=[use_case.reference, page])
    return f"{url}#id_{_FIELDS.get(fact, fact)}"
