"""Set-based writes of an import of deployments: a handful of statements for any number of rows."""

from collections.abc import Iterator
from datetime import datetime

from reviews.domain.enums import ChangedPart
from reviews.models import (
    Customer,
    CustomerContact,
    Deployment,
    DeploymentAnswer,
    ImportRun,
    RegisterChange,
    User,
)
from reviews.services.sunset.changes import in_words
from reviews.services.sunset.import_planning import OF_DEPLOYMENT, Plan

BATCH = 1_000
"""Rows per statement: keeps memory flat and statements short."""


def write(plan: Plan, run: ImportRun, *, by: User | None, at: datetime) -> list[int]:
    """Write the plan; returns the keys of deployments whose deadline may have changed."""
    Customer.objects.bulk_create(plan.new_customers, BATCH)
    Customer.objects.bulk_update(
        [one.row for one in plan.changed_customers.values()],
        ["sector", "country", "region", "tier", "owner"],
        BATCH,
    )
    created = [row for _, row in plan.created]
    moved = [row for _, row, _ in plan.moved]
    Deployment.objects.bulk_create(created, BATCH)
    Deployment.objects.bulk_update(
        moved,
        [*OF_DEPLOYMENT, "status", "discontinued_on", "heard_at", "version", "changed_at"],
        BATCH,
    )
    CustomerContact.objects.bulk_create(plan.contacts, BATCH)
    for answer in plan.answers:
        answer.entered_by = by
    DeploymentAnswer.objects.bulk_create(plan.answers, BATCH)
    RegisterChange.objects.bulk_create(_changes(plan, run, by=by, at=at), BATCH)
    return [row.pk for row in (*created, *moved)]


def _changes(
    plan: Plan, run: ImportRun, *, by: User | None, at: datetime
) -> Iterator[RegisterChange]:
    """What the histories show: one line for each row, with the row of the file."""

    def change(
        customer: Customer, part: ChangedPart, number: int = 0, **more: object
    ) -> RegisterChange:
        reason = f"{run.file_name}, row {number}" if number else run.file_name
        return RegisterChange(
            customer=customer, part=part, reason=reason, by=by, at=at, run=run, **more
        )

    for number, row in plan.created:
        yield change(
            row.customer, ChangedPart.STATUS, number, deployment=row, was="", now=row.status
        )
    for number, row, was in plan.moved:
        if "status" in was:
            yield change(
                row.customer,
                ChangedPart.STATUS,
                number,
                deployment=row,
                was=was["status"],
                now=row.status,
            )
        details = {name: value for name, value in was.items() if name != "status"}
        if details:
            yield change(
                row.customer,
                ChangedPart.DETAILS,
                number,
                deployment=row,
                was=in_words(details),
                now=in_words({name: getattr(row, name) for name in details}),
            )
    for one in plan.changed_customers.values():
        if "owner" in one.was:
            yield change(
                one.row,
                ChangedPart.OWNER,
                was=str(one.was["owner"] or ""),
                now=str(one.row.owner or ""),
            )
        details = {name: value for name, value in one.was.items() if name != "owner"}
        if details:
            yield change(
                one.row,
                ChangedPart.DETAILS,
                was=in_words(details),
                now=in_words({name: getattr(one.row, name) for name in details}),
            )
    for contact in plan.contacts:
        yield change(
            contact.customer,
            ChangedPart.CONTACT,
            contact=contact,
            was="",
            now=f"{contact.name} <{contact.email}>",
        )
