"""What can be done with an application, a grant, an exception, an extension or a customer.

Each step is one form on one page that says the effect before, and one call of one service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from reviews.models import AccessApplication, AccessGrant, Customer, Extension, PolicyException
from reviews.permissions import access as may
from reviews.permissions.rulings import Ruling
from reviews.services import access, exceptions, extensions, grants, registering
from reviews.web import access_words as words
from reviews.web.forms import access as forms

Effects = Callable[[Any, date], list[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """``act`` takes the row, the form's arguments and by, at, on; it returns the row to show."""

    title: Any
    submit: Any
    done: Any
    may: Callable[..., Ruling]
    act: Callable[..., Any]
    effects: Effects
    form: type[forms.StepForm] = forms.ReasonForm
    is_danger: bool = False
    needs_password: bool = False


def _grant(row: AccessApplication, on: date) -> list[str]:
    facts = {"customer": row.customer.name, "capability": row.capability.name}
    said = [
        gettext("%(customer)s may use %(capability)s for this one use, and for no other.") % facts,
        gettext("The grant lapses on the day after the re-verification day, unless it is renewed."),
    ]
    if row.customer.is_managed is None:
        said.append(
            gettext("Nobody verified yet whether %(customer)s is managed: that comes first.")
            % facts
        )
    return said


def _deny(row: AccessApplication, on: date) -> list[str]:
    return [
        gettext(
            "A new customer stays refused. An existing one may go on to the last permitted day."
        ),
        gettext("The team reads your reason, and may apply again when the facts have changed."),
    ]


def _withdraw(row: AccessApplication, on: date) -> list[str]:
    return [gettext("Nobody decides on it any more. Your team may file another one.")]


APPLICATION: Mapping[str, Step] = {
    "grant": Step(
        gettext_lazy("Grant access"),
        gettext_lazy("Grant for this one use"),
        gettext_lazy("Access is granted."),
        may.can_decide_application,
        access.grant,
        _grant,
        form=forms.GrantForm,
    ),
    "deny": Step(
        gettext_lazy("Deny the application"),
        gettext_lazy("Deny"),
        gettext_lazy("The application is denied. The team reads your reason."),
        may.can_decide_application,
        access.deny,
        _deny,
        is_danger=True,
    ),
    "withdraw": Step(
        gettext_lazy("Withdraw the application"),
        gettext_lazy("Withdraw"),
        gettext_lazy("The application is withdrawn."),
        may.can_withdraw,
        access.withdraw_application,
        _withdraw,
        form=forms.StepForm,
    ),
}


def _reverify(row: AccessGrant, on: date) -> list[str]:
    return [
        gettext("The grant runs on to the day you set, for the same use."),
        gettext("Today it is held until %(day)s.") % {"day": words.day(row.reverify_by)},
    ]


def _transfer(row: AccessGrant, on: date) -> list[str]:
    facts = {"customer": row.customer.name, "day": words.day(row.reverify_by)}
    return [
        gettext("This grant ends now: %(customer)s is refused from this moment on.") % facts,
        gettext("The new customer gets a grant for the same use, until %(day)s.") % facts,
        gettext("The new customer must be managed, and the use must be listed for its sector."),
    ]


def _revoke(row: AccessGrant, on: date) -> list[str]:
    return [
        gettext("%(customer)s is refused from this moment on; there is no time of grace.")
        % {"customer": row.customer.name},
        gettext("The team reads your reason, and may settle it and apply again."),
    ]


def _reverified(row: AccessGrant, **arguments: Any) -> AccessGrant:
    return grants.reverify(row, **arguments).grant


GRANT: Mapping[str, Step] = {
    "reverify": Step(
        gettext_lazy("Re-verify the grant"),
        gettext_lazy("Re-verify"),
        gettext_lazy("The grant is re-verified."),
        may.can_reverify,
        _reverified,
        _reverify,
        form=forms.ReverifyForm,
    ),
    "transfer": Step(
        gettext_lazy("Transfer the grant to another customer"),
        gettext_lazy("Transfer"),
        gettext_lazy("The grant is transferred. This is the new one."),
        may.can_transfer,
        grants.transfer,
        _transfer,
        form=forms.TransferForm,
    ),
    "revoke": Step(
        gettext_lazy("Revoke the grant"),
        gettext_lazy("Revoke"),
        gettext_lazy("The grant is revoked. The team reads your reason."),
        may.can_revoke,
        grants.revoke,
        _revoke,
        is_danger=True,
    ),
}


def _propose(row: PolicyException, on: date) -> list[str]:
    return [
        gettext("Nothing is permitted yet: a second lead has to countersign."),
        gettext("Then the scenario is permitted within its scope until %(day)s.")
        % {"day": words.day(row.until)},
    ]


def _countersign(row: PolicyException, on: date) -> list[str]:
    return [
        gettext(
            "The scenario “%(scenario)s” is permitted at once, within the scope, until %(day)s."
        )
        % {"scenario": row.intended_use.name, "day": words.day(row.until)},
        gettext("If you do not agree, go back and refuse it with a reason."),
    ]


def _refuse(row: PolicyException | Extension, on: date) -> list[str]:
    return [
        gettext("Nothing is permitted by it."),
        gettext("Whoever asked reads your reason, and may ask again."),
    ]


def _revoke_exception(row: PolicyException, on: date) -> list[str]:
    return [gettext("From this moment on it is as if there were none.")]


EXCEPTION: Mapping[str, Step] = {
    "grant": Step(
        gettext_lazy("Grant the exception"),
        gettext_lazy("Grant, and send it for countersignature"),
        gettext_lazy("Granted by you. A second lead has to countersign."),
        may.can_grant_exception,
        exceptions.grant,
        _propose,
        form=forms.StepForm,
    ),
    "countersign": Step(
        gettext_lazy("Countersign the exception"),
        gettext_lazy("Countersign"),
        gettext_lazy("Countersigned. The exception is in force."),
        may.can_countersign_exception,
        exceptions.countersign,
        _countersign,
        form=forms.SignForm,
        needs_password=True,
    ),
    "refuse": Step(
        gettext_lazy("Refuse the exception"),
        gettext_lazy("Refuse"),
        gettext_lazy("The exception is refused. The team reads your reason."),
        may.can_refuse_exception,
        exceptions.refuse,
        _refuse,
        is_danger=True,
    ),
    "revoke": Step(
        gettext_lazy("Revoke the exception"),
        gettext_lazy("Revoke"),
        gettext_lazy("The exception is revoked. The team reads your reason."),
        may.can_revoke_exception,
        exceptions.revoke,
        _revoke_exception,
        is_danger=True,
    ),
}


def _extend(row: Extension, on: date) -> list[str]:
    facts = {"customer": row.deployment.customer.name, "day": words.day(row.until)}
    return [
        gettext("This deployment of %(customer)s may go on until %(day)s, that day included.")
        % facts,
        gettext("Other deployments and other customers keep the regular day."),
    ]


EXTENSION: Mapping[str, Step] = {
    "grant": Step(
        gettext_lazy("Grant the extension"),
        gettext_lazy("Grant"),
        gettext_lazy("The extension is granted."),
        may.can_decide_extension,
        extensions.grant,
        _extend,
    ),
    "refuse": Step(
        gettext_lazy("Refuse the extension"),
        gettext_lazy("Refuse"),
        gettext_lazy("The extension is refused. Whoever asked reads your reason."),
        may.can_decide_extension,
        extensions.refuse,
        _refuse,
        is_danger=True,
    ),
}


def _verify(row: Customer, on: date) -> list[str]:
    return [
        gettext("Managed: grants become possible, and the gate says “apply first” to new uses."),
        gettext("Not managed: the gate says “not eligible”, and nothing can be granted."),
    ]


def _may_verify(user: Any, row: Customer) -> Ruling:
    return may.can_register(user)


CUSTOMER: Mapping[str, Step] = {
    "verify": Step(
        gettext_lazy("Verify whether it is managed"),
        gettext_lazy("Save"),
        gettext_lazy("Saved. The gate goes by it from now on."),
        _may_verify,
        registering.verify_managed,
        _verify,
        form=forms.VerifyForm,
    ),
}
