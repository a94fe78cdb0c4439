"""The facts on the pages of a deployment and a contact."""

from django.utils.translation import gettext

from reviews.domain.enums import SubjectKind
from reviews.models import CustomerContact, Deployment
from reviews.selectors.sunset.deployments import Standing
from reviews.web import access_words
from reviews.web.access_facts import Fact
from reviews.web.access_words import Badge
from reviews.web.gate_words import in_words as day


def deployment(row: Deployment, shown: Standing) -> list[Fact]:
    """What the register says, each with what it means."""
    customer = row.customer
    facts = [
        Fact(gettext("Customer"), customer.name, customer.get_absolute_url()),
        Fact(gettext("Capability"), row.capability.name),
        Fact(gettext("Use"), row.use),
        Fact(gettext("In use since"), day(row.in_use_since) if row.in_use_since else ""),
        Fact(gettext("Existing customer"), access_words.existing(shown.running)),
        Fact(gettext("Runs in"), row.time_zone.replace("_", " ")),
        Fact(gettext("Owner"), str(customer.owner) if customer.owner else gettext("Nobody")),
        Fact(gettext("Plan"), row.plan),
        Fact(gettext("Last heard"), _heard(row)),
    ]
    if row.discontinued_on is not None:
        facts.insert(4, Fact(gettext("Last day of use"), day(row.discontinued_on)))
    if row.snoozed_until is not None and row.snoozed_until >= shown.running.today:
        facts.append(Fact(gettext("Snoozed until"), day(row.snoozed_until)))
    if row.note:
        facts.append(Fact(gettext("Note of the office"), row.note))
    return facts


def contact(row: CustomerContact) -> list[Fact]:
    facts = [
        Fact(gettext("Customer"), row.customer.name, row.customer.get_absolute_url()),
        Fact(
            str(SubjectKind.DEPLOYMENT.label) if row.deployment else gettext("Speaks for"),
            row.deployment.use
            if row.deployment
            else gettext("all deployments without a contact of their own"),
            row.deployment.get_absolute_url() if row.deployment else "",
        ),
        Fact(gettext("E-mail address"), row.email),
        Fact(gettext("Time zone"), row.time_zone.replace("_", " ")),
        Fact(gettext("Standing"), "", badge=Badge(str(row.standing.label), row.standing.tone)),
    ]
    for label, at, why in (
        (gettext("Confirmed"), row.confirmed_at, ""),
        (gettext("Bounced"), row.bounced_at, row.bounce_reason),
        (gettext("Left"), row.departed_at, row.departed_reason),
    ):
        if at is not None:
            facts.append(Fact(label, ": ".join(filter(None, [day(at.date()), why]))))
    return facts


def _heard(row: Deployment) -> str:
    if row.heard_at is not None:
        return day(row.heard_at.date())
    return gettext("Never; registered on %(day)s") % {"day": day(row.registered_at.date())}
