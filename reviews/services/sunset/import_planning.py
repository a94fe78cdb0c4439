"""What an import of deployments would do, row by row, before anything is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from reviews.domain.enums import AnswerKind, AnswerSource, DeploymentStatus
from reviews.domain.importing.deployments import DEFAULTS, OF_CUSTOMER, DeploymentRow
from reviews.domain.importing.mapping import Problem
from reviews.models import (
    Capability,
    Customer,
    CustomerContact,
    Deployment,
    DeploymentAnswer,
    User,
)

OF_DEPLOYMENT = ("in_use_since", "time_zone", "plan", "note")


@dataclass(frozen=True, slots=True)
class Register:
    """What is there already, for the customers that the file names (by lower-case name)."""

    customers: dict[str, Customer]
    deployments: Mapping[tuple[int, str, str], Deployment]
    contacts: dict[str, list[CustomerContact]]
    imported_at: Mapping[int, datetime]
    handed_by_a_person: set[int]
    capabilities: Mapping[str, Capability]
    owners: Mapping[str, User]


@dataclass(slots=True)
class ChangedCustomer:
    """A customer with new columns set, and what they were."""

    row: Customer
    was: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """Rows to write. ``impossible``: rows that are well written and cannot be true.

    ``updated`` and ``unchanged`` count rows of the file: one that only adds a contact is updated.
    """

    new_customers: list[Customer] = field(default_factory=list)
    changed_customers: dict[int, ChangedCustomer] = field(default_factory=dict)
    created: list[tuple[int, Deployment]] = field(default_factory=list)
    moved: list[tuple[int, Deployment, dict[str, Any]]] = field(default_factory=list)
    contacts: list[CustomerContact] = field(default_factory=list)
    answers: list[DeploymentAnswer] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)
    impossible: list[Problem] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0
    assumed: Counter[str] = field(default_factory=Counter)


def plan_of(rows: Sequence[DeploymentRow], register: Register, *, at: datetime, on: date) -> Plan:
    """Compare the file with the register. Nothing is written; the loaded rows are changed."""
    plan = Plan()
    for row in rows:
        if _is_possible(row, plan, on=on):
            _take(row, plan, register, at=at)
    return plan


def _take(row: DeploymentRow, plan: Plan, register: Register, *, at: datetime) -> None:
    name = row.customer.lower()
    customer = register.customers.get(name)
    if customer is None:
        customer = register.customers[name] = Customer(name=row.customer, registered_at=at)
        plan.new_customers.append(customer)
    found = register.deployments.get((customer.pk or 0, row.capability, row.use))
    conflict = _owner_conflict(row, customer, register)
    if conflict is None and found is not None:
        conflict = _conflict(row, found, register)
    if conflict is not None:
        plan.conflicts.append(conflict)
        return
    wrote = _of_customer(row, customer, plan, register)
    wrote |= _of_contact(row, customer, plan, register, at=at)
    if found is None:
        _create(row, customer, plan, register, at=at)
    elif _move(row, found, plan, at=at) or wrote:
        plan.updated += 1
    else:
        plan.unchanged += 1


def _is_possible(row: DeploymentRow, plan: Plan, *, on: date) -> bool:
    before = len(plan.impossible)
    for name in ("in_use_since", "stopped_on"):
        day = row.given.get(name)
        if day is not None and day > on:
            reason = f"{day.isoformat()} lies after the day of the import, {on.isoformat()}."
            plan.impossible.append(Problem(row.number, name, reason))
    return len(plan.impossible) == before


# Conflicts ----------------------------------------------------------------------------------------


def _conflict(row: DeploymentRow, found: Deployment, register: Register) -> Problem | None:
    """The register knows better: somebody changed the row since the file was made."""
    if not _differing(row, found):
        return None
    stays = "The register's row stays as it is."
    version = row.given.get("version")
    if version is not None:
        if version == found.version:
            return None
        reason = f"is {version}, the register holds version {found.version}. {stays}"
        return Problem(row.number, "version", reason)
    imported = register.imported_at.get(found.pk)
    if found.changed_at is None or (imported is not None and found.changed_at <= imported):
        return None
    reason = (
        "is not given, and the row was changed in the register on"
        f" {found.changed_at.date().isoformat()} (version {found.version}). {stays}"
    )
    return Problem(row.number, "version", reason)


def _owner_conflict(row: DeploymentRow, customer: Customer, register: Register) -> Problem | None:
    """A person gave the customer to somebody else in the register."""
    if customer.pk not in register.handed_by_a_person or "owner" not in row.given:
        return None
    wanted = register.owners[row.given["owner"].lower()]
    if customer.owner_id == wanted.pk:
        return None
    reason = (
        f"is {wanted}, but somebody gave this customer to {customer.owner or 'nobody'} in the"
        " register. The register's owner stays."
    )
    return Problem(row.number, "owner", reason)


# Deployments --------------------------------------------------------------------------------------


def _create(
    row: DeploymentRow, customer: Customer, plan: Plan, register: Register, *, at: datetime
) -> None:
    for name in DEFAULTS:
        if name not in row.given:
            plan.assumed[name] += 1
    given = {**DEFAULTS, **row.given}
    made = Deployment(
        customer=customer,
        capability=register.capabilities[row.capability],
        use=row.use,
        status=DeploymentStatus(given["status"]),
        registered_at=at,
        **{name: given[name] for name in OF_DEPLOYMENT if name in given},
    )
    if made.status == DeploymentStatus.DISCONTINUED:
        _attest(made, row, plan, at=at)
    plan.created.append((row.number, made))


def _move(row: DeploymentRow, found: Deployment, plan: Plan, *, at: datetime) -> bool:
    wanted = _differing(row, found)
    if not wanted:
        return False
    was = {name: getattr(found, name) for name in wanted}
    for name, value in wanted.items():
        setattr(found, name, value)
    found.version += 1
    found.changed_at = at
    if found.status == DeploymentStatus.DISCONTINUED and wanted.keys() & _ATTESTED:
        _attest(found, row, plan, at=at)
    plan.moved.append((row.number, found, was))
    return True


_ATTESTED = {"status", "discontinued_on"}


def _differing(row: DeploymentRow, found: Deployment) -> dict[str, Any]:
    wanted = {name: row.given[name] for name in OF_DEPLOYMENT if name in row.given}
    if "status" in row.given:
        wanted["status"] = row.given["status"].value
        wanted["discontinued_on"] = row.given.get("stopped_on")
    return {name: value for name, value in wanted.items() if getattr(found, name) != value}


def _attest(deployment: Deployment, row: DeploymentRow, plan: Plan, *, at: datetime) -> None:
    deployment.discontinued_on = row.given["stopped_on"]
    deployment.heard_at = at
    plan.answers.append(
        DeploymentAnswer(
            deployment=deployment,
            kind=AnswerKind.STOPPED,
            source=AnswerSource.OFFICE,
            said_by=row.given["attested_by"],
            said_at=at,
            stopped_on=row.given["stopped_on"],
        )
    )


# Customers and contacts ---------------------------------------------------------------------------


def _of_customer(row: DeploymentRow, customer: Customer, plan: Plan, register: Register) -> bool:
    wanted = {name: row.given[name] for name in OF_CUSTOMER if name in row.given}
    if "owner" in wanted:
        wanted["owner"] = register.owners[wanted["owner"].lower()]
    was = {name: getattr(customer, name) for name in wanted}
    changed = {name: value for name, value in was.items() if value != wanted[name]}
    for name in changed:
        setattr(customer, name, wanted[name])
    if customer.pk is None or not changed:
        return False
    made = plan.changed_customers.setdefault(customer.pk, ChangedCustomer(customer, {}))
    made.was |= {name: value for name, value in changed.items() if name not in made.was}
    return True


def _of_contact(
    row: DeploymentRow, customer: Customer, plan: Plan, register: Register, *, at: datetime
) -> bool:
    """A contact speaks for all of the customer's deployments; an address that is there stays."""
    email = row.given.get("contact_email")
    if email is None:
        return False
    known = register.contacts.setdefault(customer.name.lower(), [])
    if any(one.email.lower() == email.lower() for one in known):
        return False
    made = CustomerContact(
        customer=customer,
        name=row.given["contact_name"],
        email=email,
        time_zone=row.given.get("time_zone", DEFAULTS["time_zone"]),
        registered_at=at,
    )
    plan.contacts.append(made)
    known.append(made)
    return True
