"""One deployment, one contact, one customer of the register, with everything their pages show."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from reviews.domain.enums import AuditKind, SubjectKind, Trouble
from reviews.models import (
    AuditEvent,
    Customer,
    CustomerContact,
    Deadline,
    Deployment,
    DeploymentAnswer,
    Extension,
    ImportRun,
    PolicyException,
    RegisterChange,
    Reminder,
    User,
)
from reviews.models.base import PublicModel
from reviews.selectors import customers
from reviews.selectors.customers import Running
from reviews.selectors.sunset import hygiene
from reviews.selectors.together import Rows, together

MOST_EVENTS = 200
"""Lines of a history; the audit log holds them all."""


def deployments(user: User) -> QuerySet[Deployment]:
    """What this person sees, ready for a page."""
    return Deployment.objects.visible_to(user).select_related("customer__owner", "capability")


def contacts_of(user: User) -> QuerySet[CustomerContact]:
    """Contacts of customers that this person sees; who may read them is ``can_view_contact``."""
    seen = Customer.objects.visible_to(user)
    return CustomerContact.objects.filter(customer__in=seen).select_related(
        "customer__owner", "deployment__capability"
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the page of a deployment shows besides its own columns."""

    running: Running
    speaking: list[CustomerContact]
    gone: list[CustomerContact]
    troubles: list[Trouble]
    extensions: list[Extension]
    exceptions: list[PolicyException]
    deadlines: list[Deadline]
    answers: list[DeploymentAnswer]
    reminders: list[Reminder]


def standing(row: Deployment, *, user: User, at: datetime) -> Standing:
    """A constant number of queries."""
    of_customer = CustomerContact.objects.filter(customer=row.customer_id)
    read = together(
        contacts=Rows(
            of_customer.filter(Q(deployment=row.pk) | Q(deployment__isnull=True)), "deployment"
        ),
        deadlines=Rows(_deadlines(row).order_by("-version")),
    )
    contacts = read["contacts"]
    speaking = hygiene.speaking(row, contacts)
    return Standing(
        running=customers.standing_of(row, at=at),
        speaking=speaking,
        gone=[one for one in contacts if one.departed_at is not None],
        troubles=hygiene.troubles(row, contacts),
        extensions=list(row.extensions.select_related("asked_by", "answer__contact", "decided_by")),
        exceptions=list(
            PolicyException.objects.visible_to(user)
            .filter(customer=row.customer_id, capability=row.capability_id)
            .select_related("use_case", "intended_use")
        ),
        deadlines=read["deadlines"],
        answers=list(row.answers.select_related("contact", "entered_by").order_by("-said_at")),
        reminders=list(_reminders(row)),
    )


def _reminders(row: Deployment) -> QuerySet[Reminder]:
    return (
        Reminder.objects.filter(deadline__in=_deadlines(row))
        .select_related("step", "mail__user", "mail__contact", "deadline")
        .order_by("-due_on", "-pk")[:100]
    )


def _deadlines(row: Deployment) -> QuerySet[Deadline]:
    return Deadline.objects.filter(subject_kind=SubjectKind.DEPLOYMENT, subject_id=row.pk)


# What happened ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a history: the event, and the row that says why, where there is one.

    ``event`` is empty for a change that came with an import: ``change.run`` tells which.
    """

    event: AuditEvent | None
    change: RegisterChange | None
    answer: DeploymentAnswer | None

    @property
    def at(self) -> datetime:
        return self.event.business_at if self.event else self.change.at  # type: ignore[union-attr]


def history(
    *rows: PublicModel,
    imported: QuerySet[RegisterChange],
    beside: Q | None = None,
) -> list[Happened]:
    """What happened to these rows, the newest first. Two queries.

    ``imported``: the changes among which those of an import are looked for; ``beside``: more events
    than those of the rows.
    """
    keys: dict[str | None, list[str]] = {}
    for row in rows:
        keys.setdefault(row._meta.model_name, []).append(str(row.uid))
    wanted = beside or Q(pk__in=[])
    for name, uids in keys.items():
        wanted |= Q(subject_type=name, subject_id__in=uids)
    events = list(
        AuditEvent.objects.filter(wanted).select_related("actor").order_by("-seq")[:MOST_EVENTS]
    )
    named = {key for event in events if (key := _key(event, "change"))}
    said = {key for event in events if (key := _key(event, "answer"))}
    read = together(
        changes=Rows(RegisterChange.objects.filter(uid__in=named), "by", "contact"),
        imported=Rows(imported.filter(run__isnull=False)[:MOST_EVENTS], "by", "contact"),
        answers=Rows(DeploymentAnswer.objects.filter(uid__in=said), "contact"),
    )
    changes: dict[UUID | None, RegisterChange] = {one.uid: one for one in read["changes"]}
    answers: dict[UUID | None, DeploymentAnswer] = {one.uid: one for one in read["answers"]}
    found = [
        Happened(event, changes.get(_key(event, "change")), answers.get(_key(event, "answer")))
        for event in events
    ]
    found += [Happened(None, change, None) for change in read["imported"]]
    return sorted(found, key=lambda one: one.at, reverse=True)


def history_of(row: Deployment, shown: Standing) -> list[Happened]:
    """Of the deployment, its own contacts, its extensions and exceptions, and its owner."""
    own = [one for one in (*shown.speaking, *shown.gone) if one.deployment_id == row.pk]
    rows: list[PublicModel] = [row, *own, *shown.extensions, *shown.exceptions]
    handed = Q(
        subject_type="customer", subject_id=str(row.customer.uid), kind=AuditKind.CUSTOMER_OWNER_SET
    )
    return history(*rows, imported=row.register_changes.all(), beside=handed)


def history_of_customer(
    row: Customer, shown: list[Deployment], contacts: list[CustomerContact]
) -> list[Happened]:
    """Of the customer, these contacts of it and these deployments."""
    return history(row, *contacts, *shown, imported=row.register_changes.all())


def history_of_contact(row: CustomerContact) -> list[Happened]:
    return history(row, imported=row.register_changes.all())


def _key(event: AuditEvent, name: str) -> UUID | None:
    value = event.data.get(name)
    return UUID(value) if isinstance(value, str) else None


# Imports ------------------------------------------------------------------------------------------


def last_imports(profile: str, *, limit: int = 10) -> list[ImportRun]:
    """The newest imports of this kind."""
    return list(ImportRun.objects.filter(profile=profile).select_related("by")[:limit])
