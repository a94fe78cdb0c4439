"""What a customer says about one deployment through the link in a mail. Only a POST acts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain import sunset
from reviews.domain.access import check_extension_until, check_reason
from reviews.domain.enums import (
    AnswerKind,
    AnswerSource,
    AuditKind,
    DeploymentStatus,
    RequestState,
    SubjectKind,
)
from reviews.domain.errors import Incomplete, StateConflict
from reviews.integrations.data_files import holidays
from reviews.models import (
    Customer,
    CustomerContact,
    Deadline,
    Deployment,
    DeploymentAnswer,
    Extension,
    User,
)
from reviews.services import audit
from reviews.services.reminding import deadlines
from reviews.services.sunset import attestations, changes, contacts
from reviews.services.sunset.attestations import UploadedFile
from reviews.services.sunset.links import Link

BY_LINK = "Answered through the link in a mail."
_CONFIRMING = {
    AnswerKind.ACKNOWLEDGED,
    AnswerKind.STOPPED,
    AnswerKind.MORE_TIME,
    AnswerKind.SNOOZED,
}
"""Answers of somebody who answers for the deployment: the contact is the right one."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was typed. Which fields count depends on ``kind``.

    ``stopped_on``: attested last day of use. ``until``: wanted last permitted day, inclusive.
    """

    kind: AnswerKind
    said_by: str = ""
    stopped_on: date | None = None
    until: date | None = None
    reason: str = ""
    new_name: str = ""
    new_email: str = ""
    file: UploadedFile | None = None


def by_link(
    link: Link, given: Given, *, entered_by: User | None = None, at: datetime, on: date
) -> DeploymentAnswer:
    """Record the answer and let it act: status, extension, contact, snooze, deadline.

    ``entered_by``: the person of the office who is signed in while using the link, if any. The
    same answer given twice on a day is one answer. Raises ``Incomplete``, ``BadInput`` or
    ``StateConflict`` with words for the customer; then nothing is kept.
    """
    kept = attestations.keep(given.file)
    try:
        answer, is_new = _by_link(link, given, kept=kept, entered_by=entered_by, at=at, on=on)
    except BaseException:
        attestations.drop(kept)
        raise
    if not is_new:
        attestations.drop(kept)
    return answer


@transaction.atomic
def _by_link(
    link: Link,
    given: Given,
    *,
    kept: dict[str, Any],
    entered_by: User | None,
    at: datetime,
    on: date,
) -> tuple[DeploymentAnswer, bool]:
    if given.kind is AnswerKind.SOMEONE_ELSE:  # before its deployment, as everywhere
        Customer.objects.select_for_update().get(pk=link.deployment.customer_id)
    deployment = changes.locked(link.deployment)
    contact = contacts.locked(link.contact)
    today = deployment.today(at)
    if (said := _said_already(deployment, contact, given, kept, at=at)) is not None:
        return said, False
    columns = _columns(deployment, contact, given, today=today, at=at, on=on)
    answer = DeploymentAnswer.objects.create(
        deployment=deployment,
        kind=given.kind,
        source=AnswerSource.LINK,
        contact=contact,
        entered_by=entered_by,
        said_at=at,
        said_by=given.said_by.strip()[:200],
        reason=given.reason.strip(),
        **columns,
        **kept,
    )
    was = deployment.current_status
    _move(deployment, answer, at=at)
    extension = _ask_for_time(deployment, answer, at=at, on=on)
    if given.kind in _CONFIRMING and (contact.confirmed_at is None or contact.bounced_at):
        contacts.confirm(contact, reason=BY_LINK, by=None, at=at, on=on)
    deadlines.follow(SubjectKind.DEPLOYMENT, [deployment.pk], at=at, on=on)
    audit.record(
        AuditKind.DEPLOYMENT_ANSWERED,
        subject=deployment,
        by=entered_by,
        at=at,
        on=on,
        answer=answer.uid,
        answer_kind=answer.kind,
        source=answer.source,
        contact=contact.uid,
        deadline_version=link.issued.version,
        was=was,
        now=deployment.status,
        stopped_on=answer.stopped_on,
        until=answer.until,
        new_contact=answer.new_contact.uid if answer.new_contact else None,
        extension=extension.uid if extension else None,
        digest=answer.digest,
    )
    return answer, True


def _said_already(
    deployment: Deployment,
    contact: CustomerContact,
    given: Given,
    kept: dict[str, Any],
    *,
    at: datetime,
) -> DeploymentAnswer | None:
    """The last answer, where this is the same again by the same contact on the same day."""
    last = deployment.answers.order_by("said_at", "pk").last()
    if last is None or last.contact_id != contact.pk or last.kind != given.kind:
        return None
    if deployment.today(last.said_at) != deployment.today(at):
        return None
    same = (
        last.said_by == given.said_by.strip()[:200]
        and last.reason == given.reason.strip()
        and (given.kind is AnswerKind.SNOOZED or last.until == given.until)
        and last.stopped_on == given.stopped_on
        and last.digest == kept.get("digest", "")
        and (last.new_contact.email.lower() if last.new_contact else "")
        == given.new_email.strip().lower()
    )
    return last if same else None


# What each answer needs ---------------------------------------------------------------------------


def _columns(
    deployment: Deployment,
    contact: CustomerContact,
    given: Given,
    *,
    today: date,
    at: datetime,
    on: date,
) -> dict[str, Any]:
    """Check the answer, do what it does to contacts, and return its own columns."""
    if contact.departed_at is not None:
        raise StateConflict(
            gettext("Somebody else answers for this now. Reply to the mail if it is you.")
        )
    if given.kind is AnswerKind.STOPPED:
        _check_may_stop(deployment.current_status)
        sunset.check_attestation(given.said_by, given.stopped_on, on=today)
        return {"stopped_on": given.stopped_on}
    _check_running(deployment.current_status)
    if given.kind is AnswerKind.NOT_OURS and not given.said_by.strip():
        raise Incomplete(gettext("Give your name: it stands in the register."), ("said_by",))
    if given.kind is AnswerKind.MORE_TIME:
        return {"until": _checked_until(deployment, given, on=today)}
    if given.kind is AnswerKind.SNOOZED:
        return {"until": _snoozed_until(deployment, on=today)}
    if given.kind is AnswerKind.SOMEONE_ELSE:
        return {"new_contact": _hand_over(deployment, contact, given, at=at, on=on)}
    return {}


def _check_running(status: DeploymentStatus) -> None:
    if not status.is_running:
        raise StateConflict(
            gettext(
                "This use is recorded as “%(status_label)s” already. If that is wrong, reply to"
                " the mail: a person puts it right."
            )
            % {"status_label": status.label}
        )


def _check_may_stop(status: DeploymentStatus) -> None:
    """A second attestation corrects the first."""
    if status is not DeploymentStatus.DISCONTINUED:
        _check_running(status)


def current_deadline(deployment: Deployment) -> Deadline:
    """The open one. Raises ``StateConflict`` for a deployment that has none."""
    found = Deadline.objects.filter(
        subject_kind=SubjectKind.DEPLOYMENT,
        subject_id=deployment.pk,
        is_current=True,
        is_open=True,
    ).first()
    if found is None:
        raise StateConflict(gettext("Nothing ends for this use at present. Nothing is needed."))
    return found


def _checked_until(deployment: Deployment, given: Given, *, on: date) -> date:
    if not given.said_by.strip():
        raise Incomplete(gettext("Give your name: the request is made in it."), ("said_by",))
    check_reason(given.reason, who_reads="whoever decides needs it")
    if given.until is None:
        raise Incomplete(gettext("Give the day until which you need it."), ("until",))
    if deployment.extensions.filter(state=RequestState.ASKED).exists():
        raise StateConflict(
            gettext("A request for more time is waiting already. To change it, reply to the mail.")
        )
    check_extension_until(given.until, current=current_deadline(deployment).last_day, on=on)
    return given.until


def quiet_until(deployment: Deployment, deadline: Deadline, *, on: date) -> date:
    """The last day of a snooze that begins on ``on``. Raises ``StateConflict`` where it is late."""
    return sunset.snoozed_until(
        on, last_day=deadline.last_day, holidays=holidays(deadline.calendar)
    )


def _snoozed_until(deployment: Deployment, *, on: date) -> date:
    return quiet_until(deployment, current_deadline(deployment), on=on)


def _hand_over(
    deployment: Deployment, contact: CustomerContact, given: Given, *, at: datetime, on: date
) -> CustomerContact:
    """The person who answers from now on, for this deployment alone; nobody has confirmed them.

    A contact of this deployment alone, or of a customer with no other running one, departs. A
    contact of other deployments, too, stays theirs.
    """
    email = contacts.checked_email(given.new_email)
    if email.lower() == contact.email.lower():
        raise StateConflict(
            gettext("This is the address that we write to already. Give another one.")
        )
    new = _present(deployment, email) or contacts.add(
        deployment.customer,
        name=given.new_name,
        email=email,
        time_zone=contact.time_zone,
        deployment=deployment,
        reason=BY_LINK,
        by=None,
        at=at,
        on=on,
    )
    if contact.deployment_id == deployment.pk or not _others_run(deployment):
        contacts.depart(contact, reason=BY_LINK, by=None, at=at, on=on)
    return new


def _present(deployment: Deployment, email: str) -> CustomerContact | None:
    """A contact of this deployment with this address."""
    return deployment.contacts.filter(email__iexact=email, departed_at__isnull=True).first()


def _others_run(deployment: Deployment) -> bool:
    closed = [status for status in DeploymentStatus if not status.is_running]
    others = deployment.customer.deployments.exclude(pk=deployment.pk)
    return others.exclude(status__in=closed).exists()


# What each answer does ----------------------------------------------------------------------------


def _move(deployment: Deployment, answer: DeploymentAnswer, *, at: datetime) -> None:
    """Status, snooze and when the customer was heard; the history gets the change of status."""
    was = deployment.current_status
    now = sunset.after_answer(was, AnswerKind(answer.kind))
    fields = ["heard_at"]
    deployment.heard_at = at
    if answer.kind == AnswerKind.SNOOZED:
        deployment.snoozed_until = answer.until
        fields.append("snoozed_until")
    if now is not was or answer.kind == AnswerKind.STOPPED:
        fields += changes.moved(deployment, now, stopped_on=answer.stopped_on, at=at)
    else:
        fields += changes.touched(deployment, at=at)
    deployment.save(update_fields=fields)
    if now is not was:
        reason = answer.reason or BY_LINK
        changes.status_change(deployment, was=was, reason=reason, by=None, at=at).save()


def _ask_for_time(
    deployment: Deployment, answer: DeploymentAnswer, *, at: datetime, on: date
) -> Extension | None:
    """The request of a customer who needs more time; ``None`` for other answers.

    Nobody of the office asked: the answer did.
    """
    if answer.kind != AnswerKind.MORE_TIME or answer.until is None:
        return None
    extension = Extension.objects.create(
        deployment=deployment,
        until=answer.until,
        reason=answer.reason,
        asked_by=None,
        answer=answer,
        asked_at=at,
    )
    audit.record(
        AuditKind.EXTENSION_ASKED,
        subject=extension,
        by=None,
        at=at,
        on=on,
        deployment=deployment.uid,
        answer=answer.uid,
        until=answer.until,
    )
    return extension
