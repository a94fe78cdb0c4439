"""The facts on the pages of Limited Access, by section, as their templates draw them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.vetting_fields import COUNTRIES
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Customer,
    Extension,
    PolicyException,
    User,
)
from reviews.permissions.access import can_view_customer
from reviews.permissions.use_cases import can_view
from reviews.selectors.customers import Running
from reviews.web import access_words as words


@dataclass(frozen=True, slots=True)
class Fact:
    """``url``: where the value leads; ``badge``: how it stands, or nothing."""

    label: str
    value: str
    url: str = ""
    badge: object = None


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    facts: list[Fact]


def customer_fact(customer: Customer, *, seen: bool = True) -> Fact:
    """Linked for those who may see the customer: who sees an application of it does."""
    url = customer.get_absolute_url() if seen else ""
    return Fact(gettext("Customer"), customer.name, url, words.managed(customer))


def application(
    row: AccessApplication,
    texts: Mapping[str, str],
    vetting: list[tuple[str, list[tuple[str, str]]]],
) -> list[Section]:
    asked = [
        customer_fact(row.customer),
        Fact(gettext("Capability"), f"{row.capability.service}: {row.capability}"),
        Fact(gettext("The one use"), words.use(row.use_code, row.use_description, texts)),
        Fact(gettext("Team"), row.team.name),
        Fact(gettext("Filed"), f"{row.filed_by}, {words.day(row.filed_on)}"),
    ]
    answers = [
        Section(gettext(heading), [Fact(gettext(label), value) for label, value in rows])
        for heading, rows in vetting
    ]
    return [Section(gettext("What is asked for"), asked), *_decided(row), *answers]


def _decided(row: AccessApplication) -> list[Section]:
    if row.decided_by is None:
        return []
    facts = [
        Fact(gettext("Decided by"), str(row.decided_by)),
        Fact(gettext("Reason"), row.decision_reason),
    ]
    return [Section(gettext("The decision"), facts)]


def grant(row: AccessGrant, texts: Mapping[str, str]) -> list[Section]:
    bound = [
        customer_fact(row.customer),
        Fact(gettext("Capability"), f"{row.capability.service}: {row.capability}"),
        Fact(gettext("The one use"), words.use(row.use_code, row.use_description, texts)),
        Fact(gettext("Granted"), f"{row.granted_by}, {words.day(row.granted_on)}"),
        Fact(gettext("Re-verify by"), words.day(row.reverify_by)),
        Fact(
            gettext("Application"),
            gettext("The facts that were vetted"),
            row.application.get_absolute_url(),
        ),
    ]
    return [
        Section(gettext("What is granted"), bound),
        *_ended(row),
        *_path(row),
        *_verifications(row),
    ]


def _ended(row: AccessGrant) -> list[Section]:
    if row.revoked_on is None:
        return []
    facts = [
        Fact(gettext("Revoked"), f"{row.revoked_by}, {words.day(row.revoked_on)}"),
        Fact(gettext("Reason"), row.revoked_reason),
    ]
    return [Section(gettext("Why it ended"), facts)]


def _path(row: AccessGrant) -> list[Section]:
    """Where a transferred grant came from and went to."""
    facts = []
    came_from, went_to = row.transferred_from, getattr(row, "transferred_to", None)
    if came_from is not None:
        facts += [
            Fact(gettext("Came from"), came_from.customer.name, came_from.get_absolute_url()),
            Fact(gettext("Reason"), came_from.transfer_reason),
        ]
    if went_to is not None:
        facts += [
            Fact(gettext("Went to"), went_to.customer.name, went_to.get_absolute_url()),
            Fact(gettext("Reason"), row.transfer_reason),
        ]
    return [Section(gettext("Transfer"), facts)] if facts else []


def _verifications(row: AccessGrant) -> list[Section]:
    rows = row.verifications.all()
    facts = [
        Fact(
            gettext("%(day)s, until %(next)s")
            % {"day": words.day(one.on), "next": words.day(one.next_by)},
            f"{one.by}: {one.note}",
        )
        for one in rows
    ]
    return [Section(gettext("Re-verifications"), facts)] if facts else []


def exception(row: PolicyException, user: User, ask_again_by: date | None) -> list[Section]:
    """``ask_again_by``: the last safe day to ask anew, so that the review ends in time."""
    case = row.use_case
    seen = bool(can_view(user, case))
    asked = [
        Fact(gettext("Kind"), str(row.get_kind_display())),
        Fact(gettext("Capability"), row.capability.name),
        Fact(
            gettext("Use case"),
            f"{case.reference} {case.title}",
            case.get_absolute_url() if seen else "",
        ),
        Fact(gettext("Scenario"), row.intended_use.name),
        Fact(gettext("Scope"), row.scope),
        Fact(gettext("Why"), row.reason),
        Fact(gettext("Last day"), words.day(row.until)),
        Fact(gettext("Asked for by"), str(row.asked_by)),
    ]
    if ask_again_by is not None:
        label = gettext("To go on after it, ask again by")
        asked.append(Fact(label, words.day(ask_again_by)))
    if row.customer is not None:
        seen_customer = bool(can_view_customer(user, row.customer))
        asked.insert(2, customer_fact(row.customer, seen=seen_customer))
    return [
        Section(gettext("What is asked for"), asked),
        Section(gettext("What it rests on"), _basis(row, seen)),
        *_signatures(row),
    ]


def _basis(row: PolicyException, seen: bool) -> list[Fact]:
    if row.decision is None:
        value = gettext(
            "Nothing yet. An accessibility exception needs the countersigned decision of a"
            " sensitive-use review on this very scenario."
        )
        return [Fact(gettext("Decision"), value)]
    url = reverse("reviews:decision", args=[row.use_case.reference]) if seen else ""
    words_of = gettext("%(outcome)s, %(day)s") % {
        "outcome": row.decision.get_outcome_display(),
        "day": words.day(row.decision.decision_round.decided_on),
    }
    return [Fact(gettext("Decision"), words_of, url)]


def _signatures(row: PolicyException) -> list[Section]:
    signed = [
        Fact(label, str(person))
        for label, person in (
            (gettext("Granted by"), row.granted_by),
            (gettext("Countersigned by"), row.countersigned_by),
            (gettext("Closed by"), row.closed_by),
        )
        if person is not None
    ]
    if row.closed_reason:
        signed.append(Fact(gettext("Reason"), row.closed_reason))
    return [Section(gettext("Who signed"), signed)] if signed else []


def extension(row: Extension, one: Running) -> list[Section]:
    regular = one.policy.last_permitted_on if one.policy else None
    asked = [
        customer_fact(row.deployment.customer),
        Fact(gettext("Capability"), row.deployment.capability.name),
        Fact(gettext("Deployment"), row.deployment.use, badge=row.deployment.current_status),
        Fact(gettext("Regular last permitted day"), words.day(regular) if regular else ""),
        Fact(gettext("Asked until"), words.day(row.until)),
        Fact(gettext("Stands today"), "", badge=words.deadline(one)),
        Fact(gettext("Why"), row.reason),
        Fact(gettext("Asked for by"), row.asker),
    ]
    sections = [Section(gettext("What is asked for"), asked)]
    if row.decided_by is not None:
        decided = [
            Fact(gettext("Decided by"), str(row.decided_by)),
            Fact(gettext("Reason"), row.decision_reason),
        ]
        sections.append(Section(gettext("The decision"), decided))
    return sections


def customer(row: Customer) -> list[Fact]:
    """Each fact about the customer, with what it means for the gate."""
    facts = [
        Fact(gettext("Managed"), words.managed_means(row), badge=words.managed(row)),
        Fact(gettext("Sector"), _sector(row)),
        Fact(gettext("Country"), COUNTRIES.get(row.country, row.country)),
        Fact(gettext("Sunset owner"), str(row.owner) if row.owner else ""),
    ]
    if row.verified_by is not None:
        facts.insert(1, Fact(gettext("Verified by"), f"{row.verified_by}: {row.verified_note}"))
    return facts


def _sector(row: Customer) -> str:
    if row.sector == "unknown":
        return gettext("Not said. It tells which list of uses counts.")
    return str(row.get_sector_display())


def deployment(one: Running) -> dict[str, Any]:
    """One row of the customer's deployments."""
    return {
        "use": one.deployment.use,
        "capability": one.deployment.capability.name,
        "status": one.deployment.current_status,
        "existing": words.existing(one),
        "last_on": one.last_on,
        "standing": words.deadline(one),
        "zone": one.deployment.time_zone,
        "today": one.today,
        "extended": one.extended,
        "asked": one.asked,
        "uid": one.deployment.uid,
    }
