"""What can be done with a deployment, a contact or a customer of the register.

Each step is one form on one page that says the effect before, and one call of one service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from reviews.domain.enums import ContactStanding
from reviews.domain.errors import StateConflict
from reviews.models import Customer, CustomerContact, Deployment, User
from reviews.permissions import sunset as may
from reviews.permissions.rulings import Ruling, no
from reviews.services.sunset import contacts, owners, statuses
from reviews.web.forms import sunset as forms
from reviews.web.forms.access import StepForm


@dataclass(frozen=True, slots=True)
class Step:
    """``act`` takes the row, the form's arguments and by, at, on. ``has_file``: it sends one."""

    title: Any
    submit: Any
    done: Any
    may: Callable[[User, Any], Ruling]
    act: Callable[..., Any]
    effects: Callable[[Any, date], list[str]]
    form: type[StepForm]
    is_danger: bool = False
    has_file: bool = False


def _keeps(user: User, row: object) -> Ruling:
    return may.can_keep(user)


# A deployment -------------------------------------------------------------------------------------


def _can_attest(user: User, row: Deployment) -> Ruling:
    if not (ruling := may.can_keep(user)):
        return ruling
    if row.current_status.is_running:
        return ruling
    return no(
        gettext("This deployment is “%(current_status_label)s” already.")
        % {"current_status_label": row.current_status.label},
        StateConflict,
    )


def _status(row: Deployment, on: date) -> list[str]:
    said = [
        gettext(
            "It is “%(status)s” now. The change, your name and your reason stay in the history."
        )
        % {"status": row.current_status.label},
        gettext(
            "“Acknowledged”, “plan filed” and “migrating” keep reminders quiet until a week before"
            " the last permitted day; “not theirs” ends them."
        ),
    ]
    if not row.current_status.is_running:
        said.append(gettext("It runs again then: its reminders begin at the nearest step."))
    else:
        said.append(
            gettext("A deployment is discontinued by an attestation, which is a page of its own.")
        )
    return said


def _attest(row: Deployment, on: date) -> list[str]:
    return [
        gettext("The deployment is discontinued. No reminder leaves any more."),
        gettext("Name, day and file stay on record, also if somebody sets the status back."),
    ]


def _details(row: Deployment, on: date) -> list[str]:
    return [
        gettext(
            "Since when it is in use tells whether the customer is an existing one; the time zone"
            " tells when its last permitted day ends."
        )
    ]


def _contact_of(row: Deployment, on: date) -> list[str]:
    return [
        gettext("Mails about this deployment go to its own contacts only, once it has one."),
        gettext("The new contact is red until somebody confirms it."),
    ]


def _add_to_deployment(row: Deployment, **arguments: Any) -> Deployment:
    contacts.add(row.customer, deployment=row, **arguments)
    return row


DEPLOYMENT: Mapping[str, Step] = {
    "status": Step(
        gettext_lazy("Set the status"),
        gettext_lazy("Set the status"),
        gettext_lazy("The status is set."),
        _keeps,
        statuses.set_status,
        _status,
        forms.StatusForm,
    ),
    "attest": Step(
        gettext_lazy("Attest that it has stopped"),
        gettext_lazy("Attest"),
        gettext_lazy("The deployment is discontinued."),
        _can_attest,
        lambda row, **arguments: statuses.attest(row, **arguments).deployment,
        _attest,
        forms.AttestForm,
        has_file=True,
    ),
    "change": Step(
        gettext_lazy("Correct the details"),
        gettext_lazy("Save"),
        gettext_lazy("The details are saved."),
        _keeps,
        statuses.change_details,
        _details,
        forms.DetailsForm,
    ),
    "contact": Step(
        gettext_lazy("Add a contact for this deployment"),
        gettext_lazy("Add the contact"),
        gettext_lazy("The contact is added. Confirm it as soon as you are sure."),
        _keeps,
        _add_to_deployment,
        _contact_of,
        forms.NewContactForm,
    ),
}


# A contact ----------------------------------------------------------------------------------------


def _is_present(user: User, row: CustomerContact) -> Ruling:
    if not (ruling := may.can_keep(user)):
        return ruling
    if row.departed_at is None:
        return ruling
    return no(gettext("This contact has left the customer. Add a new one."), StateConflict)


def _to_confirm(user: User, row: CustomerContact) -> Ruling:
    if not (ruling := _is_present(user, row)):
        return ruling
    if row.standing is not ContactStanding.CONFIRMED:
        return ruling
    return no(gettext("This contact is confirmed already."), StateConflict)


def _not_bounced(user: User, row: CustomerContact) -> Ruling:
    if not (ruling := _is_present(user, row)):
        return ruling
    if row.bounced_at is None:
        return ruling
    return no(gettext("A bounce is on record already."), StateConflict)


CONTACT: Mapping[str, Step] = {
    "confirm": Step(
        gettext_lazy("Confirm the contact"),
        gettext_lazy("Confirm"),
        gettext_lazy("The contact is confirmed."),
        _to_confirm,
        contacts.confirm,
        lambda row, on: [
            gettext("You have made sure that mails reach the right person."),
            gettext("A bounce on record counts no more."),
        ],
        forms.HowForm,
    ),
    "change": Step(
        gettext_lazy("Correct the contact"),
        gettext_lazy("Save"),
        gettext_lazy("The contact is saved."),
        _is_present,
        contacts.change,
        lambda row, on: [gettext("A new address has to be confirmed again.")],
        forms.ContactForm,
    ),
    "bounced": Step(
        gettext_lazy("Note that mails bounce"),
        gettext_lazy("Note the bounce"),
        gettext_lazy("The bounce is noted. Nothing is sent there any more."),
        _not_bounced,
        contacts.bounce,
        lambda row, on: [
            gettext("Nothing more is sent to %(email)s until it is corrected or confirmed.")
            % {"email": row.email}
        ],
        forms.WhyForm,
        is_danger=True,
    ),
    "departed": Step(
        gettext_lazy("Note that the person has left"),
        gettext_lazy("Note the departure"),
        gettext_lazy("Noted. Add whoever answers for it now."),
        _is_present,
        contacts.depart,
        lambda row, on: [
            gettext("%(name)s gets no more mails. The contact stays on record with the day.")
            % {"name": row.name}
        ],
        forms.WhyForm,
        is_danger=True,
    ),
}


# A customer ---------------------------------------------------------------------------------------


def _add_to_customer(row: Customer, **arguments: Any) -> Customer:
    contacts.add(row, **arguments)
    return row


CUSTOMER: Mapping[str, Step] = {
    "contact": Step(
        gettext_lazy("Add a contact"),
        gettext_lazy("Add the contact"),
        gettext_lazy("The contact is added. Confirm it as soon as you are sure."),
        _keeps,
        _add_to_customer,
        lambda row, on: [
            gettext(
                "The person gets the mails about all deployments without a contact of their own."
            ),
            gettext("The new contact is red until somebody confirms it."),
        ],
        forms.NewContactForm,
    ),
    "owner": Step(
        gettext_lazy("Set the owner"),
        gettext_lazy("Set the owner"),
        gettext_lazy("The owner is set."),
        _keeps,
        owners.set_owner,
        lambda row, on: [
            gettext("All deployments of %(name)s go with it.") % {"name": row.name},
            gettext("Answers to mails go to the owner; escalations reach the owner's manager."),
        ],
        forms.OwnerForm,
    ),
}
