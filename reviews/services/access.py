"""Limited Access: file, withdraw and deny an application; grant it for one use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain import vetting
from reviews.domain.access import check_reason, check_reverify_by
from reviews.domain.enums import ApplicationState, AuditKind, GrantStanding, Sector
from reviews.domain.errors import BadInput, Incomplete, StateConflict
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Capability,
    CapabilityPolicy,
    Customer,
    Team,
    User,
)
from reviews.models.access_policy import operations_of, sector_that_counts
from reviews.permissions.access import (
    can_decide_application,
    can_file,
    can_view_customer,
    can_withdraw,
)
from reviews.permissions.rulings import require
from reviews.services import audit
from reviews.services.access_rules import (
    check_customer,
    check_listed,
    check_stops,
    held_grant,
    make_room,
    personal_mail,
    policy_for_application,
)
from reviews.services.registering import named, new_customer
from reviews.services.reminding import deadlines


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer whom the applicant names; the name of one whom they see means that row."""

    name: str
    country: str = ""


@transaction.atomic
def file_application(
    team: Team,
    *,
    customer: Customer | NewCustomer,
    capability: Capability,
    sector: Sector,
    use_code: str = "",
    use_description: str = "",
    answers: Mapping[str, object],
    by: User,
    at: datetime,
    on: date,
) -> AccessApplication:
    """Ask for one capability, for one customer and one use.

    ``use_code`` names a use of the closed list for the sector; ``use_description`` stands instead
    where no list is known. ``sector`` is what the applicant says; what the register knows counts
    more. ``answers``: the vetting form, by field id. A denied application may be filed again.
    The entry point has looked up a ``Customer`` among those whom ``by`` sees.

    Raises ``NotPermitted``; ``Stopped`` for a use that a hard stop forbids; ``StateConflict`` where
    the policy takes no application or one waits; ``Incomplete`` or ``BadInput`` for the answers.
    """
    require(can_file(by, team))
    customer = _locked_customer(customer, sector, by=by, at=at)
    policy = policy_for_application(capability, on=on)
    cleaned = vetting.clean(answers)
    check_stops(capability, cleaned, on=on)
    _check_answers(capability, cleaned, on=on)
    known = Sector(customer.sector)
    said = known if known is not Sector.UNKNOWN else sector
    _check_use(policy, use_code, use_description, said, cleaned, on=on)
    _check_not_twice(customer, capability, use_code, on=on)

    application = AccessApplication.objects.create(
        customer=customer,
        capability=capability,
        use_code=use_code,
        use_description=use_description.strip(),
        vetting={**cleaned, "sector": said.value},
        team=team,
        filed_by=by,
        filed_at=at,
        filed_on=on,
    )
    audit.record(
        AuditKind.APPLICATION_FILED,
        subject=application,
        by=by,
        at=at,
        on=on,
        customer=customer.uid,
        capability=capability.slug,
        use=use_code,
        team=team.uid,
        policy=policy.citation,
    )
    return application


@transaction.atomic
def withdraw_application(
    application: AccessApplication, *, by: User, at: datetime, on: date
) -> AccessApplication:
    """The team no longer asks. Raises ``NotPermitted``, or ``StateConflict`` once it is decided."""
    application = _locked(application)
    require(can_withdraw(by, application))
    application.state = ApplicationState.WITHDRAWN
    application.save(update_fields=["state"])
    audit.record(AuditKind.APPLICATION_WITHDRAWN, subject=application, by=by, at=at, on=on)
    return application


@transaction.atomic
def deny(
    application: AccessApplication, *, reason: str, by: User, at: datetime, on: date
) -> AccessApplication:
    """A lead refuses, with the reason that the team reads. The team may apply again."""
    application = _locked(application)
    require(can_decide_application(by, application))
    reason = check_reason(reason, who_reads="the team reads it")
    _decide(application, ApplicationState.DENIED, reason, by=by, at=at)
    audit.record(AuditKind.APPLICATION_DENIED, subject=application, by=by, at=at, on=on)
    return application


@transaction.atomic
def grant(
    application: AccessApplication,
    *,
    reason: str,
    reverify_by: date,
    by: User,
    at: datetime,
    on: date,
) -> AccessGrant:
    """A lead who is not on the team opens the capability for this customer and this one use.

    The grant lapses the day after ``reverify_by``. A lapsed grant for the same use is closed by it.
    The policy, the list and the stops are asked again: they may have changed since the filing.
    Raises ``NotPermitted``, ``NotEligible``, ``Stopped``, ``StateConflict``, ``Incomplete`` or
    ``BadInput``; then nothing was written.
    """
    customer = Customer.objects.select_for_update().get(pk=application.customer_id)
    application = _locked(application)
    require(can_decide_application(by, application))
    reason = check_reason(reason, who_reads="it says what the grant rests on")
    check_reverify_by(reverify_by, on=on)
    policy = policy_for_application(application.capability, on=on)
    check_stops(application.capability, application.vetting, on=on)
    check_customer(customer, policy)
    said = Sector(application.vetting["sector"])
    check_listed(policy, application.use_code, sector_that_counts(said, application.vetting), on=on)
    replaced = make_room(
        customer, application.capability, application.use_code, by=by, at=at, on=on
    )

    _decide(application, ApplicationState.GRANTED, reason, by=by, at=at)
    if customer.sector == Sector.UNKNOWN:
        customer.sector = said
        customer.save(update_fields=["sector"])
    issued = AccessGrant.objects.create(
        application=application,
        customer=customer,
        capability=application.capability,
        use_code=application.use_code,
        use_description=application.use_description,
        granted_by=by,
        granted_at=at,
        granted_on=on,
        reverify_by=reverify_by,
    )
    deadlines.follow_grant(issued, at=at, on=on)
    audit.record(
        AuditKind.GRANT_ISSUED,
        subject=issued,
        by=by,
        at=at,
        on=on,
        application=application.uid,
        customer=customer.uid,
        capability=application.capability.slug,
        use=application.use_code,
        reverify_by=reverify_by,
        policy=policy.citation,
        replaced=replaced,
    )
    return issued


# Private ------------------------------------------------------------------------------------------


def _locked(application: AccessApplication) -> AccessApplication:
    return (
        AccessApplication.objects.select_related("customer", "capability", "team")
        .select_for_update(of=("self",))
        .get(pk=application.pk)
    )


def _locked_customer(
    customer: Customer | NewCustomer, sector: Sector, *, by: User, at: datetime
) -> Customer:
    """The row, locked, so that two applications for one use meet here; made where it is new.

    A name of the register that ``by`` does not see is refused in words that do not say why.
    """
    if isinstance(customer, NewCustomer):
        found = named(customer.name)
        if found is None:
            return new_customer(
                customer.name,
                is_managed=None,
                sector=sector,
                country=customer.country,
                owner=None,
                at=at,
            )
        if not can_view_customer(by, found):
            raise BadInput(
                gettext(
                    "This name cannot be registered from here. Ask the sunset owner or the"
                    " responsible-AI office to link the customer."
                )
            )
        customer = found
    return Customer.objects.select_for_update().get(pk=customer.pk)


def _check_answers(capability: Capability, answers: Mapping[str, object], *, on: date) -> None:
    wrong = vetting.problems(
        answers, operations=operations_of(capability), personal_mail=personal_mail(), on=on
    )
    if wrong:
        raise Incomplete(next(iter(wrong.values())), tuple(wrong))


def _check_use(
    policy: CapabilityPolicy,
    use_code: str,
    use_description: str,
    sector: Sector,
    answers: Mapping[str, object],
    *,
    on: date,
) -> None:
    if not policy.use_list:
        if use_code:
            raise BadInput(
                gettext("No list of uses is known for this capability. Describe the use.")
            )
        if not use_description.strip():
            raise Incomplete(
                gettext("Describe the use; the office judges it."), ("use_description",)
            )
        return
    if sector is Sector.UNKNOWN:
        raise Incomplete(gettext("Say in which sector the customer works."), ("sector",))
    if not use_code:
        raise Incomplete(gettext("Choose one use from the list."), ("use_code",))
    check_listed(policy, use_code, sector_that_counts(sector, answers), on=on)


def _check_not_twice(
    customer: Customer, capability: Capability, use_code: str, *, on: date
) -> None:
    waiting = customer.applications.filter(
        capability=capability, use_code=use_code, state=ApplicationState.FILED
    )
    if waiting.exists():
        raise StateConflict(gettext("An application for this use is waiting already."))
    held = held_grant(customer, capability, use_code)
    if held is not None and held.standing(on=on) is GrantStanding.RUNNING:
        raise StateConflict(
            gettext("%(customer_name)s holds a grant for this use already.")
            % {"customer_name": customer.name}
        )


def _decide(
    application: AccessApplication,
    state: ApplicationState,
    reason: str,
    *,
    by: User,
    at: datetime,
) -> None:
    application.state = state
    application.decided_by, application.decided_at = by, at
    application.decision_reason = reason
    application.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
