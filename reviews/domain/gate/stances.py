"""What each stance says, and what lifts it: exception, grant, extension, grace.

Each function takes a ``Case`` and gives findings; the strictest of them is the answer of the
policy. Hard stops are not looked at here: they stand beside the policy (``gate.stops``).
Sources: the policies' own; ``docs/policies/gate.md`` tells the rules in words.
"""

from reviews.domain.gate.answers import Answer, Finding, Kind
from reviews.domain.gate.case import Case
from reviews.domain.gate.catalogue import Policies, Stance
from reviews.domain.gate.facts import Application, Purpose, Said


def no_policy(policies: Policies) -> list[Finding]:
    """Before the first policy a capability is open."""
    return [
        Finding(
            rule="NO-POLICY",
            message="no_policy",
            answer=Answer.OPEN,
            params={"capability": policies.name},
        )
    ]


def by_stance(case: Case) -> list[Finding]:
    """What the policy says of this use on this day, with what lifts it."""
    if case.policy.stance is Stance.OPEN:
        return _open(case)
    if case.on < case.cutoff:
        return [case.finding("OPEN", "open_until_cutoff", since=case.cutoff)]
    if exception := _exception(case):
        return exception
    findings = _retired(case) if case.policy.stance is Stance.RETIRED else _limited(case)
    return [*findings, *_exceptions_that_do_not_help(case)]


def _open(case: Case) -> list[Finding]:
    findings = [case.finding("OPEN", "open", since=case.policy.effective_from)]
    if case.policy.requires_review:
        findings.append(case.finding("OPEN-REVIEW", "open_with_review", kind=Kind.ADVICE))
    return findings


# What lifts: a named exception, for any closed stance ------------------------------------------


def _exception(case: Case) -> list[Finding]:
    """The exception, where it runs on this day and covers this scenario."""
    until = case.facts.exception_until
    if until is None or case.on > until:
        return []
    if case.needs("exception_covers") != Said.YES:
        return []
    return [
        case.finding(
            "EXCEPTION-VALID",
            "exception_valid",
            Answer.ALLOWED,
            until=until,
            last_day=until,
            scope=case.facts.exception_scope or "—",
        )
    ]


def _exceptions_that_do_not_help(case: Case) -> list[Finding]:
    until = case.facts.exception_until
    if until is None:
        return []
    message = "exception_ended" if case.on > until else "exception_for_another_scenario"
    rule = "EXCEPTION-ENDED" if case.on > until else "EXCEPTION-OTHER-SCENARIO"
    return [case.finding(rule, message, kind=Kind.ADVICE, last_day=until)]


# Grace and extension, for both closed stances --------------------------------------------------


def _may_go_on_until(case: Case) -> tuple[Finding, ...]:
    """Grace of existing customers, or an extension. Empty where neither reaches this day.

    A granted extension speaks for itself: it is given to a running use by name.
    """
    extended = case.extended_until()
    if extended and case.on <= extended:
        return (
            case.finding(
                "EXTENSION-VALID",
                "extension_valid",
                Answer.GO_ON,
                until=extended,
                last_day=extended,
                regular_day=case.last_permitted_on,
            ),
        )
    last = case.last_permitted_on
    if case.on <= last and case.needs("existing") == Said.YES:
        retired = case.policy.stance is Stance.RETIRED
        rule, message = ("RETIRED-GRACE", "retired_grace") if retired else ("LA-GRACE", "la_grace")
        return (case.finding(rule, message, Answer.GO_ON, until=last, last_day=last),)
    return ()


def _filing_advice(case: Case, rule: str, in_time: str, too_late: str, last: Finding) -> Finding:
    """What to file, and by when, so that the review ends before the use must."""
    deadline = last.last_permitted_on or case.last_permitted_on
    by = case.policy.safe_filing_on(deadline) or deadline
    message = in_time if case.on <= by else too_late
    return case.finding(rule, message, kind=Kind.ADVICE, by=by, last_day=deadline)


# Retired ---------------------------------------------------------------------------------------


def _retired(case: Case) -> list[Finding]:
    if on_going := _may_go_on_until(case):
        findings = list(on_going)
        if case.is_said("purpose", Purpose.ACCESSIBILITY) and _may_ask(case):
            findings.append(
                _filing_advice(
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
        findings.append(_ended(case, "STOP-RETIRED", "retired_ended", "retired_overdue"))
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


def _ended(case: Case, rule: str, ended: str, overdue: str) -> Finding:
    """The last day has passed; who was using it is overdue since the day after."""
    last = case.extended_until() or case.last_permitted_on
    if case.is_said("existing", Said.YES) or last != case.last_permitted_on:
        return case.finding(
            rule,
            overdue,
            Answer.REFUSED,
            until=last,
            last_day=last,
            overdue_days=case.days_since(last),
        )
    return case.finding(rule, ended, Answer.REFUSED, last_day=last)


# Limited Access --------------------------------------------------------------------------------


def _limited(case: Case) -> list[Finding]:
    state = case.application()
    if state is Application.GRANTED and case.grant_covers():
        return [_grant_valid(case)]
    if state is not Application.REVOKED and (on_going := _may_go_on_until(case)):
        return [*on_going, *_advice_in_grace(case, state, on_going[0])]
    findings = [*_refusals_of_list_and_customer(case), *_refusals_of_application(case, state)]
    if state is not Application.GRANTED and _has_run_out(case, asking=not findings):
        findings.append(_ended(case, "LA-ENDED", "la_ended", "la_overdue"))
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
    return [_filing_advice(case, "LA-FILE-BY", "la_file_by", "la_file_by_passed", grace)]


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
