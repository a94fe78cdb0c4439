"""Exports of the sunset register, the customers, and Limited Access."""

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import GrantStanding, RequestStanding, RequestState
from reviews.domain.exporting import Kind
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Customer,
    CustomerContact,
    Deployment,
    Extension,
    PolicyException,
)
from reviews.models.access import sees_all_access, stands
from reviews.permissions.sunset import can_see_register
from reviews.selectors.access_filters import (
    ApplicationFilter,
    CustomerFilter,
    ExceptionFilter,
    ExtensionFilter,
    GrantFilter,
)
from reviews.selectors.exporting.cases import name_of
from reviews.selectors.exporting.resources import Column, Reader, Resource
from reviews.selectors.sunset.days import local_day, of_row
from reviews.selectors.sunset.filters import DeploymentFilter


def _visible(model: Any) -> Callable[[Reader], QuerySet[Any]]:
    def rows(reader: Reader) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.visible_to(reader.user)
        return found

    return rows


def _contacts(value: str) -> ArraySubquery:
    """Of the people who speak for the deployment: its own contacts and those of the customer."""
    speaking = CustomerContact.objects.filter(
        Q(deployment=OuterRef("pk")) | Q(deployment__isnull=True),
        customer=OuterRef("customer"),
        departed_at__isnull=True,
    )
    return ArraySubquery(speaking.order_by("name", "pk").values(value))


_LAST_DAY = Subquery(of_row().filter(is_open=True).values("last_day")[:1])


class _Days(Func):
    """The days from the second to the first, as a whole number."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField(null=True)


def _days_left(reader: Reader) -> _Days:
    return _Days(_LAST_DAY, local_day(reader.now))


def _newest(field: str) -> Subquery:
    """Of the newest extension that was asked for."""
    asked = Extension.objects.filter(deployment=OuterRef("pk")).order_by("-asked_at", "-pk")
    return Subquery(asked.values(field)[:1])


DEPLOYMENTS = Resource(
    "deployments",
    _("Deployments"),
    "One use of a capability by a customer, as the sunset register has it.",
    _visible(Deployment),
    DeploymentFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses, in the API and in imports."),
        Column("customer", Kind.TEXT, "The customer's name.", "customer__name"),
        Column("capability", Kind.CODE, "Slug of the capability.", "capability__slug"),
        Column("use", Kind.TEXT, "What it is used for, in a few words."),
        Column("status", Kind.CODE, "discovered, notified, acknowledged … discontinued."),
        Column("in_use_since", Kind.DAY, "First day of use; empty: not known."),
        Column(
            "last_permitted_day",
            Kind.DAY,
            "Its last permitted day (inclusive), extensions and exceptions counted; empty: none, or"
            " nothing waits any more.",
            _LAST_DAY,
        ),
        Column(
            "days_left",
            Kind.WHOLE,
            "Days to that day where it runs: 0 on the day itself, negative once overdue.",
            _days_left,
        ),
        Column("time_zone", Kind.CODE, "The zone in which its days end."),
        Column("discontinued_on", Kind.DAY, "Attested last day of use."),
        Column("heard_at", Kind.MOMENT, "Last answer of the customer; empty: silent so far."),
        Column("snoozed_until", Kind.DAY, "Left in peace to this day (inclusive)."),
        Column("extension", Kind.CODE, "State of the newest extension, if any.", _newest("state")),
        Column("extension_until", Kind.DAY, "Until when it was asked for.", _newest("until")),
        Column("region", Kind.TEXT, "The customer's region.", "customer__region"),
        Column("tier", Kind.TEXT, "The customer's tier.", "customer__tier"),
        Column(
            "owner", Kind.TEXT, "Who answers for the customer here.", name_of("customer__owner")
        ),
        Column("registered_at", Kind.MOMENT, "When it came into the register."),
        Column(
            "contacts",
            Kind.TEXTS,
            "Names of the contacts.",
            _contacts("name"),
            only=can_see_register,
        ),
        Column(
            "contact_addresses",
            Kind.TEXTS,
            "Their mail addresses, in the same order.",
            _contacts("email"),
            only=can_see_register,
        ),
        Column("plan", Kind.TEXT, "How and by when the customer stops.", only=can_see_register),
        Column("note", Kind.TEXT, "The office's own note.", only=can_see_register),
    ),
)

CUSTOMERS = Resource(
    "customers",
    _("Customers"),
    "One organisation that uses, or asks to use, a capability.",
    _visible(Customer),
    CustomerFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses and in the API."),
        Column("name", Kind.TEXT, "Its name."),
        Column("is_managed", Kind.YES_NO, "Works with an account team; empty: not known."),
        Column("verified_at", Kind.MOMENT, "When that was verified last."),
        Column("sector", Kind.CODE, "commercial, public or unknown."),
        Column("country", Kind.CODE, "ISO 3166 code; empty: unknown."),
        Column("region", Kind.TEXT, "Region, as the office names it."),
        Column("tier", Kind.TEXT, "Tier, as the office names it."),
        Column("owner", Kind.TEXT, "Who answers for it in the sunset.", name_of("owner")),
        Column("registered_at", Kind.MOMENT, "When it came into the portal."),
        Column(
            "verified_by",
            Kind.TEXT,
            "Who verified it.",
            name_of("verified_by"),
            only=sees_all_access,
        ),
        Column("verified_note", Kind.TEXT, "How it was verified.", only=sees_all_access),
    ),
)

# Limited Access -----------------------------------------------------------------------------------

APPLICATIONS = Resource(
    "access-applications",
    _("Applications"),
    "One application for Limited Access: one customer, one capability, one use.",
    _visible(AccessApplication),
    ApplicationFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses and in the API."),
        Column("customer", Kind.TEXT, "Who would use it.", "customer__name"),
        Column("capability", Kind.CODE, "Slug of the capability.", "capability__slug"),
        Column("use_code", Kind.CODE, "Code of the use on the closed list; may be empty."),
        Column("use_description", Kind.TEXT, "The use in the applicant's words."),
        Column("team", Kind.TEXT, "The team that applied.", "team__name"),
        Column("state", Kind.CODE, "filed, granted, denied …"),
        Column("filed_by", Kind.TEXT, "Who filed it.", name_of("filed_by")),
        Column("filed_at", Kind.MOMENT, "When it was filed."),
        Column("filed_on", Kind.DAY, "Business day of filing."),
        Column("decided_by", Kind.TEXT, "Who decided on it.", name_of("decided_by")),
        Column("decided_at", Kind.MOMENT, "When that was."),
        Column("decision_reason", Kind.TEXT, "Why, as the applicant was told."),
    ),
)


def _grant_standing(reader: Reader) -> Case:
    held = Q(revoked_at__isnull=True, transferred_at__isnull=True)
    return Case(
        When(revoked_at__isnull=False, then=Value(GrantStanding.REVOKED.value)),
        When(transferred_at__isnull=False, then=Value(GrantStanding.TRANSFERRED.value)),
        When(held & Q(reverify_by__lt=reader.today), then=Value(GrantStanding.LAPSED.value)),
        default=Value(GrantStanding.RUNNING.value),
        output_field=CharField(),
    )


GRANTS = Resource(
    "access-grants",
    _("Grants"),
    "One grant of Limited Access: permission for one customer and one use.",
    _visible(AccessGrant),
    GrantFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses and in the API."),
        Column("customer", Kind.TEXT, "Who holds it.", "customer__name"),
        Column("capability", Kind.CODE, "Slug of the capability.", "capability__slug"),
        Column("use_code", Kind.CODE, "Code of the use on the closed list; may be empty."),
        Column("use_description", Kind.TEXT, "The use in words."),
        Column("team", Kind.TEXT, "The team that applied.", "application__team__name"),
        Column("standing", Kind.CODE, "How it stands on the day of the export.", _grant_standing),
        Column("granted_by", Kind.TEXT, "The lead who granted it.", name_of("granted_by")),
        Column("granted_on", Kind.DAY, "Business day of the grant."),
        Column("reverify_by", Kind.DAY, "To be confirmed again by this day (inclusive)."),
        Column("revoked_on", Kind.DAY, "Business day on which it was taken back."),
        Column("revoked_reason", Kind.TEXT, "Why."),
        Column("transferred_at", Kind.MOMENT, "When it went over to another customer."),
    ),
)


def _request_standing(reader: Reader) -> Case:
    """A granted request ends with its last day."""
    cases = [
        When(stands(one, on=reader.today), then=Value(one.value))
        for one in RequestStanding
        if one in (RequestStanding.ENDED, RequestStanding.GRANTED)
    ]
    return Case(*cases, default=F("state"), output_field=CharField())


def _exception_standing(reader: Reader) -> Case:
    """It ends with its last day, or earlier with what it rests on; as the list's filter says."""
    holding = PolicyException.objects.holding().order_by().filter(pk=OuterRef("pk"))
    runs = Q(state=RequestState.GRANTED, until__gte=reader.today)
    return Case(
        When(runs & Exists(holding), then=Value(RequestStanding.GRANTED.value)),
        When(state=RequestState.GRANTED, then=Value(RequestStanding.ENDED.value)),
        default=F("state"),
        output_field=CharField(),
    )


EXCEPTIONS = Resource(
    "exceptions",
    _("Exceptions"),
    "One exception from a policy that was asked for, granted or not.",
    _visible(PolicyException),
    ExceptionFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses and in the API."),
        Column("kind", Kind.CODE, "Which kind of exception."),
        Column("capability", Kind.CODE, "Slug of the capability.", "capability__slug"),
        Column("reference", Kind.CODE, "Number of the use case.", "use_case__reference"),
        Column("scenario", Kind.TEXT, "The scenario it is for.", "intended_use__name"),
        Column("customer", Kind.TEXT, "The customer, if it is for one.", "customer__name"),
        Column("scope", Kind.TEXT, "Who may use what, where."),
        Column("reason", Kind.TEXT, "Why it was asked for."),
        Column("until", Kind.DAY, "Last permitted day (inclusive)."),
        Column("state", Kind.CODE, "asked, granted, refused …"),
        Column(
            "standing", Kind.CODE, "How it stands on the day of the export.", _exception_standing
        ),
        Column("asked_by", Kind.TEXT, "Who asked.", name_of("asked_by")),
        Column("asked_at", Kind.MOMENT, "When."),
        Column("granted_by", Kind.TEXT, "The lead who granted it.", name_of("granted_by")),
        Column("granted_at", Kind.MOMENT, "When."),
        Column("countersigned_by", Kind.TEXT, "The second lead.", name_of("countersigned_by")),
        Column("countersigned_at", Kind.MOMENT, "When."),
        Column("closed_at", Kind.MOMENT, "When it was refused or revoked."),
        Column("closed_reason", Kind.TEXT, "Why."),
    ),
)

EXTENSIONS = Resource(
    "extensions",
    _("Extensions"),
    "One later last permitted day for one deployment: asked for, granted or refused.",
    _visible(Extension),
    ExtensionFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses and in the API."),
        Column("customer", Kind.TEXT, "The customer.", "deployment__customer__name"),
        Column("capability", Kind.CODE, "Slug of the capability.", "deployment__capability__slug"),
        Column("use", Kind.TEXT, "What it is used for.", "deployment__use"),
        Column("deployment", Kind.CODE, "Key of the deployment.", "deployment__uid"),
        Column("until", Kind.DAY, "Last permitted day if granted (inclusive)."),
        Column("reason", Kind.TEXT, "Why it was asked for."),
        Column("state", Kind.CODE, "asked, granted, refused …"),
        Column("standing", Kind.CODE, "How it stands on the day of the export.", _request_standing),
        Column("asked_by", Kind.TEXT, "Who asked.", name_of("asked_by")),
        Column("asked_at", Kind.MOMENT, "When."),
        Column("decided_by", Kind.TEXT, "Who decided.", name_of("decided_by")),
        Column("decided_at", Kind.MOMENT, "When."),
        Column("decision_reason", Kind.TEXT, "Why."),
    ),
)
