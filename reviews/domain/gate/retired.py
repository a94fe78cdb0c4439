"""A retired capability: no application; existing customers go on for a while, scenarios by name."""

from reviews.domain.gate.answers import Answer, Finding
from reviews.domain.gate.case import Case
from reviews.domain.gate.facts import Purpose, Said
from reviews.domain.gate.lifting import ended, filing_advice, may_go_on


def retired(case: Case) -> list[Finding]:
    if on_going := may_go_on(case):
        findings = list(on_going)
        if case.is_said("purpose", Purpose.ACCESSIBILITY) and _may_ask(case):
            findings.append(
                filing_advice(
                    case, "EXCEPTION-BY", "exception_by", "exception_by_passed", on_going[0]
                )
            )
        return findings
    if _may_ask(case) and case.needs("purpose") == Purpose.ACCESSIBILITY:
        return [
            case.finding(
                "RETIRED-EXCEPTION",
                "retired_exception",
                Answer.EXCEPTION_REQUEST,
                since=case.cutoff,
                sensitive=True,
            )
        ]
    return _retired_refusals(case)


def _may_ask(case: Case) -> bool:
    return "accessibility" in case.policy.permitted_exceptions


def _retired_refusals(case: Case) -> list[Finding]:
    findings = []
    is_over = case.on > case.last_permitted_on
    if is_over:
        findings.append(ended(case, "STOP-RETIRED", "retired_ended", "retired_overdue"))
    if not case.is_said("existing", Said.YES):
        findings.append(
            case.finding(
                "RETIRED-NEW",
                "retired_new_ended" if is_over else "retired_new",
                Answer.REFUSED,
                since=case.cutoff,
                last_day=case.last_permitted_on,
            )
        )
    return findings
