"""Limited Access, exceptions and extensions: which days hold, and what a rule says no to.

All days are civil days and inclusive: on its last day a permission still holds, on the day after it
does not. Sources: ``docs/policies/access.md``; that an exception runs a year at most and a grant is
confirmed at least once a year are our own rules.
"""

from collections.abc import Iterable
from datetime import date

from reviews.domain.enums import (
    ExceptionKind,
    GrantStanding,
    Outcome,
    RequestStanding,
    RequestState,
)
from reviews.domain.errors import BadInput, DomainError, Incomplete, NotPermitted, StateConflict
from reviews.domain.gate.messages import day_in_words
from reviews.domain.texts import gettext_noop

REVIEW_TAKES = "5 to 10 business days, in some cases longer"
"""What an applicant is told; the policy's ``review_business_days`` is what we reckon with."""


class Stopped(NotPermitted):
    """A hard stop: no review, grant or exception lifts it."""

    code = "stop"


class NotEligible(StateConflict):
    """The customer is not managed, and the policy asks for that."""

    code = "not_eligible"


def one_year_after(day: date) -> date:
    """The same day of the next year; the last of February where that has none."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


# Grants -------------------------------------------------------------------------------------------


def grant_standing(
    *, reverify_by: date, is_revoked: bool, is_transferred: bool, on: date
) -> GrantStanding:
    """A grant lapses on the day after ``reverify_by``, unless it was confirmed again by then."""
    if is_revoked:
        return GrantStanding.REVOKED
    if is_transferred:
        return GrantStanding.TRANSFERRED
    return GrantStanding.LAPSED if on > reverify_by else GrantStanding.RUNNING


def check_reverify_by(day: date, *, on: date) -> None:
    """After today, and a year ahead at most. Raises ``BadInput``."""
    _check_ahead(day, "The day of the next re-verification", on=on)


def check_eligible(name: str, *, is_managed: bool | None, required: bool, meaning: str) -> None:
    """Raises ``StateConflict`` where nobody verified it, ``NotEligible`` where it is known."""
    if not required or is_managed:
        return
    if is_managed is None:
        raise StateConflict(
            gettext_noop(
                "It is not known whether %(name)s is managed. Verify that on the customer's page"
                " first."
            ),
            name=name,
        )
    raise NotEligible(f"{name} is not managed, so nothing can be granted. {meaning}".strip())


# Exceptions and extensions ------------------------------------------------------------------------


def request_standing(state: str, until: date, *, on: date) -> RequestStanding:
    """A granted exception or extension ends when its last day has passed."""
    if state == RequestState.GRANTED and on > until:
        return RequestStanding.ENDED
    return RequestStanding(state)


def check_exception_until(until: date, *, on: date) -> None:
    """After today, and a year ahead at most. Raises ``BadInput``."""
    _check_ahead(until, "The last day of the exception", on=on)


def check_accessibility_basis(
    *, is_sensitive: bool, was_countersigned: bool, outcome: Outcome | None, is_stale: bool
) -> None:
    """What an accessibility exception rests on. Raises ``StateConflict`` with what is missing.

    ``outcome``: of the decision in force on that very scenario; ``None`` where there is none.
    """
    if not is_sensitive:
        raise StateConflict(
            gettext_noop(
                "An accessibility exception rests on a sensitive-use review, and this use case"
                " had none. Submit the use case with the accessibility scenario first."
            )
        )
    if outcome is None or not was_countersigned:
        raise StateConflict(
            gettext_noop(
                "This scenario is not decided yet. The exception can be granted after the"
                " sensitive-use decision on it is countersigned."
            )
        )
    if not outcome.is_favourable:
        raise StateConflict(
            gettext_noop("This scenario was declined, so it cannot carry an exception.")
        )
    if is_stale:
        raise StateConflict(
            gettext_noop(
                "The use case changed since this scenario was decided. Wait for the decision on"
                " the change."
            )
        )


def check_extension_until(until: date, *, current: date, on: date) -> None:
    """Later than the last permitted day that holds now, and not over already."""
    if until <= current:
        raise BadInput(
            gettext_noop(
                "The extension must reach beyond the last permitted day, %(day_in_words)s."
            ),
            day_in_words=day_in_words(current),
        )
    if until < on:
        raise BadInput(gettext_noop("This day is over already. Choose a later one."))


def last_permitted_on(regular: date | None, extensions: Iterable[date]) -> date | None:
    """The last permitted day of a deployment: the policy's, or a granted extension beyond it."""
    if regular is None:
        return None
    return max([regular, *extensions])


def was_using(in_use_since: date | None, *, cutoff: date) -> bool | None:
    """Whether a deployment makes its customer an existing one; ``None`` where nobody knows.

    Existing means: was using that capability on the policy's cut-off day.
    """
    return None if in_use_since is None else in_use_since <= cutoff


# Words --------------------------------------------------------------------------------------------


def check_reason(reason: str, *, who_reads: str) -> str:
    """The trimmed reason. Raises ``Incomplete``: nobody is refused, or let in, without one."""
    if not reason.strip():
        raise Incomplete(
            gettext_noop("Give the reason; %(who_reads)s."), ("reason",), who_reads=who_reads
        )
    return reason.strip()


def not_permitted_kind(kind: ExceptionKind, capability: str) -> DomainError:
    return StateConflict(
        gettext_noop(
            "The policy for %(capability)s permits no exception of the kind “%(kind_label)s”."
        ),
        capability=capability,
        kind_label=kind.label,
    )


def _check_ahead(day: date, what: str, *, on: date) -> None:
    if day <= on:
        raise BadInput(gettext_noop("%(what)s must lie after today."), what=what)
    if day > one_year_after(on):
        raise BadInput(
            gettext_noop("%(what)s may lie a year ahead at most: %(day_in_words)s."),
            what=what,
            day_in_words=day_in_words(one_year_after(on)),
        )
