"""Words of the access pages: days, uses, and what each fact means for the gate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext

from reviews.domain.enums import GrantStanding, RequestStanding, State, Tone
from reviews.models import AccessApplication, AccessGrant, Customer, Extension, PolicyException
from reviews.selectors.customers import Running
from reviews.web.gate_words import in_words as day


@dataclass(frozen=True, slots=True)
class Badge:
    """What ``components/badge.html`` wants."""

    label: str
    tone: Tone


def days_left(left: int) -> str:
    """Both ends inclusive: 0 is the last permitted day itself."""
    if left == 0:
        return gettext("the last permitted day is today")
    if left > 0:
        return ngettext("%(count)d day left", "%(count)d days left", left) % {"count": left}
    return ngettext("overdue by %(count)d day", "overdue by %(count)d days", -left) % {
        "count": -left
    }


def use(code: str, description: str, texts: Mapping[str, str]) -> str:
    """The bound use: its code and words, or the words of whoever applied."""
    return f"{code}: {texts[code]}" if code in texts else description or code


def managed(customer: Customer) -> Badge:
    if customer.is_managed is None:
        return Badge(gettext("Not known whether managed"), Tone.CAUTION)
    if customer.is_managed:
        return Badge(gettext("Managed"), Tone.GOOD)
    return Badge(gettext("Not managed"), Tone.BAD)


def managed_means(customer: Customer) -> str:
    """What the fact means for the gate."""
    if customer.is_managed is None:
        return gettext("Not known. The gate cannot say, and nothing can be granted.")
    if customer.is_managed:
        return gettext("Managed: it works with an account team of the provider.")
    return gettext("Not managed. It is not eligible for Limited Access.")


def existing(one: Running) -> str:
    """Whether the deployment makes its customer an existing one."""
    if one.policy is None or one.policy.new_customer_cutoff_on is None:
        return gettext("It does not matter: the capability is open.")
    cutoff = day(one.policy.new_customer_cutoff_on)
    if one.existing is None:
        return gettext(
            "Not known since when. Whether it was in use on %(cutoff)s decides; the gate cannot"
            " say."
        ) % {"cutoff": cutoff}
    since = day(one.deployment.in_use_since) if one.deployment.in_use_since else ""
    words = (
        gettext("Existing: in use since %(since)s, so on %(cutoff)s.")
        if one.existing
        else gettext("New: in use since %(since)s, after %(cutoff)s.")
    )
    return words % {"since": since, "cutoff": cutoff}


def deadline(one: Running) -> Badge:
    """Where a deployment stands on its own civil day."""
    if not one.deployment.current_status.is_running:
        return Badge(str(one.deployment.current_status.label), one.deployment.current_status.tone)
    if one.grant is not None:
        return Badge(
            gettext("granted until %(day)s") % {"day": day(one.grant.reverify_by)}, Tone.GOOD
        )
    if one.days_left is None:
        return Badge(gettext("nothing ends"), Tone.NEUTRAL)
    if one.existing is False and one.extended is None and one.excepted is None:
        return Badge(gettext("refused: not an existing customer"), Tone.BAD)
    tone = Tone.BAD if one.days_left < 0 else Tone.CAUTION if one.days_left <= 30 else Tone.INFO
    return Badge(days_left(one.days_left), tone)


def application_says(row: AccessApplication, safe_on: date | None, last_on: date | None) -> str:
    """What the state means, and what comes next."""
    return {
        "filed": _filed(row, safe_on, last_on),
        "granted": gettext("It was granted. The grant below says for what, and until when."),
        "denied": gettext(
            "It was denied. Read the reason; the team may apply again when the facts have changed."
        ),
        "withdrawn": gettext("The team withdrew it. Nothing follows from it."),
    }[row.state]


def _filed(row: AccessApplication, safe_on: date | None, last_on: date | None) -> str:
    words = gettext(
        "It waits for a lead. Vetting takes 5 to 10 business days, in some cases longer; until then"
        " nothing is granted."
    )
    if safe_on is None or last_on is None or row.filed_on > last_on:
        return words
    if row.filed_on <= safe_on:
        return f"{words} " + gettext(
            "It was filed in time for the last permitted day of existing customers, %(last)s."
        ) % {"last": day(last_on)}
    return f"{words} " + gettext(
        "It was filed after the last safe filing day, %(safe)s: an existing customer may have to"
        " stop on %(last)s before it is decided."
    ) % {"safe": day(safe_on), "last": day(last_on)}


def grant_says(row: AccessGrant, on: date) -> str:
    """What holds today, and what ends when."""
    left = (row.reverify_by - on).days
    standing = row.standing(on=on)
    if standing is GrantStanding.RUNNING:
        soon = ngettext("%(count)d day from today", "%(count)d days from today", left) % {
            "count": left
        }
        return gettext(
            "It holds for this use and no other. It lapses after %(day)s (%(soon)s) unless a lead"
            " re-verifies it."
        ) % {"day": day(row.reverify_by), "soon": soon if left else gettext("today")}
    if standing is GrantStanding.LAPSED:
        return gettext(
            "It was to be re-verified by %(day)s and was not. Since the day after, the gate refuses"
            " this use. A lead can re-verify it late; then it runs on."
        ) % {"day": day(row.reverify_by)}
    if standing is GrantStanding.REVOKED:
        return gettext(
            "It was revoked, and the gate refuses this use. The team may settle the reason and"
            " apply again."
        )
    return gettext("It went over to another customer. It permits nothing any more.")


def exception_standing(row: Any, on: date) -> RequestStanding:
    """As the gate sees it. ``row``: an exception with ``holds`` (``selectors.access``)."""
    standing: RequestStanding = row.standing(on=on)
    if standing is RequestStanding.GRANTED and not row.holds:
        return RequestStanding.ENDED
    return standing


def exception_says(row: Any, on: date) -> str:
    standing = row.standing(on=on)
    if exception_standing(row, on) is not standing:
        return _basis_ended(row)
    words = {
        RequestStanding.ASKED: gettext("It waits for a lead. Until then it permits nothing."),
        RequestStanding.AWAITING_COUNTERSIGNATURE: gettext(
            "One lead granted it. It permits nothing until a second lead countersigns."
        ),
        RequestStanding.GRANTED: gettext(
            "It permits this scenario within its scope until %(day)s, that day included."
        ),
        RequestStanding.ENDED: gettext(
            "Its last day was %(day)s. It is as if there were none; ask for a new one if the"
            " scenario still needs it."
        ),
        RequestStanding.REFUSED: gettext(
            "It was refused. Read the reason; the team may ask again with another scope."
        ),
        RequestStanding.REVOKED: gettext("It was revoked. It is as if there were none."),
    }
    return words[standing] % {"day": day(row.until)}


def _basis_ended(row: PolicyException) -> str:
    if row.use_case.current_state in {State.WITHDRAWN, State.DRAFT}:
        why = gettext("The use case was withdrawn.")
    else:
        why = gettext(
            "The decision that it rests on no longer covers what the team does, or was superseded."
        )
    return f"{why} " + gettext(
        "Since then it permits nothing; ask for a new one if the scenario still needs it."
    )


def extension_says(row: Extension, on: date) -> str:
    standing = row.standing(on=on)
    words = {
        RequestStanding.ASKED: gettext(
            "It waits for a lead. Until then the regular last permitted day holds."
        ),
        RequestStanding.GRANTED: gettext(
            "This deployment may go on until %(day)s, that day included."
        ),
        RequestStanding.ENDED: gettext("Its last day was %(day)s. The gate refuses the use since."),
        RequestStanding.REFUSED: gettext("It was refused. The regular last permitted day holds."),
    }
    return words.get(standing, str(standing.label)) % {"day": day(row.until)}
