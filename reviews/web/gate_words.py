"""What the gate answered, in the reader's language and as pages show it."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reviews.domain.gate import Answer, Finding, GateResult, Kind, text_of
from reviews.models import Customer


def write(finding: Finding) -> str:
    """The finding in words: translated, with days and numbers as the language writes them."""
    return text_of(finding, gettext, in_words, days_in_words)


def in_words(day: date) -> str:
    return date_format(day, "j F Y")


def days_in_words(days: int) -> str:
    return ngettext("%d day", "%d days", days) % days


def apply_url(result: GateResult, customer: Customer | None) -> str:
    """Where Limited Access is applied for, where the answer says so; else nothing."""
    if result.answer is not Answer.APPLY_FIRST:
        return ""
    known = {"capability": result.capability} | (
        {"customer": str(customer.uid)} if customer else {}
    )
    return f"{reverse('reviews:access_apply')}?{urlencode(known)}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding in words, and where it comes from."""

    text: str
    rule: str
    source: str
    policy_version: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The answer for one capability. ``reasons`` decide; ``advice`` says what to do, by when, and
    what would change the answer; ``more`` holds as well; ``escalations`` are for the case."""

    slug: str
    subject: str
    answer: Answer
    reasons: tuple[Reason, ...]
    dates: tuple[tuple[str, str], ...]
    advice: tuple[Reason, ...]
    more: tuple[Reason, ...]
    escalations: tuple[Reason, ...]
    is_sensitive: bool
    alternatives: tuple[str, ...]

    @property
    def rules(self) -> tuple[Reason, ...]:
        return (*self.reasons, *self.more, *self.advice, *self.escalations)


def panel(result: GateResult) -> Panel:
    by_kind: dict[str, list[Reason]] = {"reasons": [], "advice": [], "more": [], "escalations": []}
    for finding in result.findings:
        by_kind[_place(finding, result.answer)].append(_reason(finding))
    return Panel(
        slug=result.capability,
        subject=result.name,
        answer=result.answer,
        dates=tuple(_dates(result)),
        is_sensitive=result.is_sensitive,
        alternatives=result.alternatives,
        **{place: tuple(found) for place, found in by_kind.items()},
    )


def _place(finding: Finding, answer: Answer) -> str:
    if finding.kind is Kind.ESCALATION:
        return "escalations"
    if finding.kind in (Kind.ADVICE, Kind.CONDITION):
        return "advice"
    return "reasons" if finding.answer is answer else "more"


def _reason(finding: Finding) -> Reason:
    return Reason(write(finding), finding.rule, finding.source, finding.policy_version)


def _dates(result: GateResult) -> list[tuple[str, str]]:
    dates = []
    if result.last_permitted_on and result.days_left is not None:
        label = gettext("Last permitted day")
        dates.append((label, f"{in_words(result.last_permitted_on)} · {_left(result.days_left)}"))
    if result.last_safe_filing_on:
        left = (result.last_safe_filing_on - result.on).days
        words = _left(left) if left >= 0 else gettext("passed")
        label = gettext("Last safe filing day")
        dates.append((label, f"{in_words(result.last_safe_filing_on)} · {words}"))
    return dates


def _left(days: int) -> str:
    """Days to a last day: today is the last, tomorrow it is overdue."""
    if days < 0:
        return gettext("overdue by %s") % days_in_words(-days)
    if days == 0:
        return gettext("that is today")
    return ngettext("%d day left", "%d days left", days) % days
