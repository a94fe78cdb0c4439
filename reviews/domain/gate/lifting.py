"""What lifts a closed stance, and what is said when its time is over.

A named exception lifts any closed stance; grace and extension let a running use go on. The grant of
Limited Access stands in ``gate.limited``.
"""

from reviews.domain.gate.answers import Answer, Finding, Kind
from reviews.domain.gate.case import Case
from reviews.domain.gate.catalogue import Stance
from reviews.domain.gate.facts import Said


def exception(case: Case) -> list[Finding]:
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


def exceptions_that_do_not_help(case: Case) -> list[Finding]:
    until = case.facts.exception_until
    if until is None:
        return []
    message = "exception_ended" if case.on > until else "exception_for_another_scenario"
    rule = "EXCEPTION-ENDED" if case.on > until else "EXCEPTION-OTHER-SCENARIO"
    return [case.finding(rule, message, kind=Kind.ADVICE, last_day=until)]


def may_go_on(case: Case) -> tuple[Finding, ...]:
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


def filing_advice(case: Case, rule: str, in_time: str, too_late: str, last: Finding) -> Finding:
    """What to file, and by when, so that the review ends before the use must."""
    deadline = last.last_permitted_on or case.last_permitted_on
    by = case.policy.safe_filing_on(deadline) or deadline
    message = in_time if case.on <= by else too_late
    return case.finding(rule, message, kind=Kind.ADVICE, by=by, last_day=deadline)


def ended(case: Case, rule: str, ended: str, overdue: str) -> Finding:
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
