"""Limited Access: eligible, listed, applied, approved for one use; grace for existing customers."""

from reviews.domain.gate.answers import Answer, Finding, Kind
from reviews.domain.gate.case import Case
from reviews.domain.gate.facts import Application, Said
from reviews.domain.gate.lifting import ended, filing_advice, may_go_on


def limited(case: Case) -> list[Finding]:
    state = case.application()
    if state is Application.GRANTED and case.grant_covers():
        return [_grant_valid(case)]
    if state is not Application.REVOKED and (on_going := may_go_on(case)):
        return [*on_going, *_advice_in_grace(case, state, on_going[0])]
    findings = [*_refusals_of_list_and_customer(case), *_refusals_of_application(case, state)]
    if state is not Application.GRANTED and _has_run_out(case, asking=not findings):
        findings.append(ended(case, "LA-ENDED", "la_ended", "la_overdue"))
    return findings or _may_apply(case, state)


def _has_run_out(case: Case, *, asking: bool) -> bool:
    """Whether an existing customer's time is over; asks only if nothing else refuses already."""
    if case.on <= case.last_permitted_on:
        return False
    if case.extended_until() is not None:
        return True
    existing = case.needs("existing") if asking else case.facts.existing
    return existing == Said.YES


def _grant_valid(case: Case) -> Finding:
    until = case.facts.granted_until
    use = case.facts.granted_use or ""
    rule = case.policies.uses.get(use)
    message = "grant_valid_until" if until else "grant_valid"
    return case.finding(
        "GRANT-VALID",
        message,
        Answer.ALLOWED,
        until=until,
        last_day=until,
        use=f"{use}: {rule.text}" if rule else "the use that the grant describes",
    )


def _advice_in_grace(case: Case, state: Application, grace: Finding) -> list[Finding]:
    """What an existing customer does before the last day: file, or plan to be without it."""
    if case.is_surely_unlisted():
        return [_plan_without(case, "la_plan_without_unlisted", grace)]
    if case.is_unmanaged():
        return [_plan_without(case, "la_plan_without_unmanaged", grace)]
    if state is Application.DENIED:
        return [_plan_without(case, "la_plan_without_denied", grace)]
    if state is Application.FILED:
        last = grace.last_permitted_on
        return [case.finding("LA-FILED", "la_filed_in_grace", kind=Kind.ADVICE, last_day=last)]
    return [filing_advice(case, "LA-FILE-BY", "la_file_by", "la_file_by_passed", grace)]


def _plan_without(case: Case, message: str, grace: Finding) -> Finding:
    deadline = grace.last_permitted_on or case.last_permitted_on
    return case.finding(
        "LA-PLAN-WITHOUT",
        message,
        kind=Kind.ADVICE,
        last_day=deadline,
        by=case.policy.safe_filing_on(deadline),
        feedback=case.policy.feedback_route,
    )


def _refusals_of_list_and_customer(case: Case) -> list[Finding]:
    """Said without asking: an unlisted use, a customer without an account team."""
    findings = []
    if case.is_surely_unlisted():
        findings.append(
            case.finding(
                "LA-USE-NOT-LISTED",
                "la_use_not_listed",
                Answer.REFUSED,
                edition=case.policy.edition,
                feedback=case.policy.feedback_route,
            )
        )
    if case.is_unmanaged():
        findings.append(
            case.finding(
                "LA-NOT-MANAGED",
                "la_not_managed",
                Answer.NOT_ELIGIBLE,
                meaning=case.policy.eligibility_note,
            )
        )
    return findings


_BY_APPLICATION = {
    Application.GRANTED: ("GRANT-OTHER-USE", "grant_other_use", Answer.NOT_COVERED),
    Application.DENIED: ("LA-DENIED", "la_denied", Answer.REFUSED),
    Application.REVOKED: ("GRANT-REVOKED", "grant_revoked", Answer.REFUSED),
    Application.LAPSED: ("GRANT-LAPSED", "grant_lapsed", Answer.REFUSED),
}
"""State of the application → rule, message, answer, where it does not permit this use."""


def _refusals_of_application(case: Case, state: Application) -> list[Finding]:
    if state not in _BY_APPLICATION:
        return []
    rule, message, answer = _BY_APPLICATION[state]
    return [case.finding(rule, message, answer, use=case.facts.granted_use or "")]


def _may_apply(case: Case, state: Application) -> list[Finding]:
    """A new customer with a listed use: everything is asked that an application would ask first."""
    if case.policy.requires_managed_customer:
        case.needs("managed")
    case.is_listed()
    filed = state is Application.FILED
    findings = [
        case.finding(
            "LA-FILED" if filed else "LA-APPLY",
            "la_filed" if filed else "la_apply",
            Answer.APPLY_FIRST,
            days=str(case.policy.review_business_days),
        )
    ]
    if case.policy.uses is None:
        findings.append(case.finding("LA-NO-LIST", "la_no_list", kind=Kind.ADVICE))
    else:
        findings.append(
            case.finding("LA-LISTED", "la_listed", kind=Kind.ADVICE, edition=case.policy.edition)
        )
    return findings
