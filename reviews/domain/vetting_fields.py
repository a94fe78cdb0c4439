"""The vetting form of a Limited Access application as data.

Answers are plain JSON by field id: words, a code, ``yes``/``no``, an ISO day, or a list of codes.
Customer, capability and use stand on the application itself. Fields: our own, derived from the
published facts on registration (``docs/policies/access.md``); the exact form is not public.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reviews.domain.gate.facts import EndUser
from reviews.domain.intake.questions import Option
from reviews.domain.intake.regions import REGIONS
from reviews.domain.texts import gettext_noop as _

Answers = Mapping[str, object]

LONGEST_LINE = 300
LONGEST_TEXT = 5_000
"""Characters."""


class Kind(StrEnum):
    LINE = "line"
    MAIL = "mail"
    TEXT = "text"
    YES_NO = "yes_no"
    CHOICE = "choice"
    COUNTRY = "country"
    OPERATIONS = "operations"
    DAY = "day"

    @property
    def limit(self) -> int:
        """Most characters that a typed answer may have."""
        return LONGEST_TEXT if self is Kind.TEXT else LONGEST_LINE


class Group(StrEnum):
    """The parts of the form, in order; the value is the heading."""

    CUSTOMER = _("Who asks")
    SYSTEM = _("Where it runs")
    PEOPLE = _("The people whose faces or voices are used")
    TERMS = _("Terms")


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``only_if`` names a yes/no field; this one is asked where that is a yes."""

    id: str
    label: str
    kind: Kind
    group: Group
    hint: str = ""
    why: str = ""
    options: tuple[Option, ...] = ()
    only_if: str = ""
    required: bool = True


END_USERS = (
    Option(EndUser.OTHER, _("None of these")),
    Option(EndUser.US_POLICE, _("State or local police in the United States")),
    Option(EndUser.FEDERAL, _("Federal law enforcement")),
    Option("police_elsewhere", _("Police in another country")),
    Option(EndUser.MILITARY, _("Armed forces")),
)

PUBLIC_BODIES = frozenset({EndUser.FEDERAL, EndUser.MILITARY, "police_elsewhere"})
"""End users for whom the public-sector list counts, whoever sells to them."""

COUNTRIES: Mapping[str, str] = {
    code: name for code, name in REGIONS.items() if re.fullmatch("[A-Z]{2}", code) and code != "EU"
}

FIELDS: tuple[Field, ...] = (
    Field(
        "organisation",
        _("Registered name of the organisation"),
        Kind.LINE,
        Group.CUSTOMER,
        hint=_("As it stands in the contract."),
    ),
    Field(
        "business_mail",
        _("Business mail address of the contact"),
        Kind.MAIL,
        Group.CUSTOMER,
        hint=_("An address at the organisation's own domain."),
        why=_(
            "Applications from personal mail addresses are refused: the answer goes to the"
            " organisation, not to a person."
        ),
    ),
    Field(
        "country",
        _("Country of the organisation"),
        Kind.COUNTRY,
        Group.CUSTOMER,
    ),
    Field(
        "has_account_manager",
        _("Does an account team of the provider look after this customer?"),
        Kind.YES_NO,
        Group.CUSTOMER,
        why=_(
            "Only customers with an account team are eligible. The office verifies the answer"
            " before it grants anything."
        ),
    ),
    Field(
        "account_manager",
        _("Name of the account manager"),
        Kind.LINE,
        Group.CUSTOMER,
        only_if="has_account_manager",
    ),
    Field(
        "subscription",
        "Subscription",
        Kind.LINE,
        Group.SYSTEM,
        hint=_("Its name or number. Access is opened for this subscription only."),
    ),
    Field(
        "operations",
        _("Operations wanted"),
        Kind.OPERATIONS,
        Group.SYSTEM,
        hint=_("Only what the use needs."),
    ),
    Field(
        "where_it_runs",
        _("Where does the system run, and where are its results used?"),
        Kind.TEXT,
        Group.SYSTEM,
        hint=_("Countries, sites, own servers or cloud."),
    ),
    Field(
        "end_user",
        _("Will police or armed forces use it, or is it used for them?"),
        Kind.CHOICE,
        Group.SYSTEM,
        options=END_USERS,
        why=_(
            "Use by or for state or local police in the United States is not permitted, and no"
            " review lifts that. For public bodies the list for the public sector counts."
        ),
    ),
    Field(
        "realtime_bodycam",
        _("Will it recognise people in real time on cameras that officers carry?"),
        Kind.YES_NO,
        Group.SYSTEM,
        why=_("This is not permitted anywhere in the world."),
    ),
    Field(
        "public_space",
        _("Is it used in a space that is open to the public?"),
        Kind.YES_NO,
        Group.SYSTEM,
        why=_("Light and weather vary there, and it is hard to tell people about it."),
    ),
    Field(
        "who_is_enrolled",
        _("Who is enrolled, and about how many people?"),
        Kind.TEXT,
        Group.PEOPLE,
    ),
    Field(
        "enrolment_optional",
        _("Can every one of them say no without a disadvantage?"),
        Kind.YES_NO,
        Group.PEOPLE,
        why=_("Where enrolment is not a free choice the case goes to the sensitive-use review."),
    ),
    Field(
        "minors_or_older",
        _("Will people under 18 or over 65 be among them?"),
        Kind.YES_NO,
        Group.PEOPLE,
        why=_("Little testing exists for them, so evidence of quality is asked for."),
    ),
    Field(
        "consent_and_retention",
        _("How do you get consent, and when do you delete the data?"),
        Kind.TEXT,
        Group.PEOPLE,
        hint=_("Also what happens to the data of people who leave."),
    ),
    Field(
        "human_review",
        _("Who checks a result before it has consequences, and what happens when it is wrong?"),
        Kind.TEXT,
        Group.PEOPLE,
        hint=_("Name the fallback for people whom the system does not recognise."),
    ),
    Field(
        "terms_accepted_by",
        _("Who read and accepted the service terms for the organisation?"),
        Kind.LINE,
        Group.TERMS,
        hint=_("Name and function."),
    ),
    Field("terms_accepted_on", _("On which day?"), Kind.DAY, Group.TERMS),
)

BY_ID: Mapping[str, Field] = {field.id: field for field in FIELDS}
