"""Who keeps the sunset register: statuses, attestations, contacts, owners, reminders, imports."""

from django.utils.translation import gettext

from reviews.domain.enums import Role
from reviews.models import Customer, CustomerContact, Deployment, User
from reviews.models.access import sees_all_access
from reviews.permissions.access import can_register, can_view_customer
from reviews.permissions.rulings import YES, Ruling, no


def can_see_register(user: User) -> Ruling:
    """The whole register with the addresses of contacts."""
    if sees_all_access(user):
        return YES
    return no(gettext("Only sunset owners, leads, auditors and administrators see the register."))


def can_view_deployment(user: User, deployment: Deployment) -> Ruling:
    """The pair of ``DeploymentQuerySet.visible_to``."""
    if can_view_customer(user, deployment.customer):
        return YES
    return no(gettext("You cannot see this deployment."))


def can_view_contact(user: User, contact: CustomerContact) -> Ruling:
    """Names and addresses at a customer: for those who see the register, and its owner."""
    if sees_all_access(user) or contact.customer.owner_id == user.pk:
        return YES
    return no(gettext("You cannot see this contact."))


def can_keep(user: User) -> Ruling:
    """Set statuses, attest, keep contacts and owners, import."""
    if can_register(user):
        return YES
    return no(gettext("Only sunset owners, leads and administrators keep the register."))


def can_remind(user: User) -> Ruling:
    """Send a reminder by hand."""
    if can_register(user):
        return YES
    return no(gettext("Only sunset owners, leads and administrators send reminders by hand."))


def can_see_contacts(user: User, customer: Customer) -> Ruling:
    """As ``can_view_contact``, for all contacts of a customer."""
    if sees_all_access(user) or customer.owner_id == user.pk:
        return YES
    return no(gettext("You cannot see the contacts of this customer."))


def can_own(user: User) -> Ruling:
    """Answer for customers: an active person who may keep the register."""
    if user.is_active and can_register(user):
        return YES
    return no(
        gettext(
            "%(user)s cannot own a customer: only an active %(lower)s, lead or administrator can."
        )
        % {"user": user, "lower": Role.SUNSET_OWNER.label.lower()}
    )
