"""Customers, applications and grants, and the answers of a complete vetting form."""

from datetime import date

from reviews.domain.enums import ExceptionKind, Outcome, Role, Sector
from reviews.models import (
    AccessApplication,
    AccessGrant,
    Capability,
    Customer,
    Deployment,
    PolicyException,
    Team,
    UseCase,
    User,
)
from reviews.services import access, exceptions
from reviews.services.deciding import countersign, record_decision
from tests.builders import NOW, TODAY, customer, user
from tests.builders_deciding import Office, awaiting_decision, decisions

WHEN = {"at": NOW, "on": TODAY}
NEXT_SPRING = date(2024, 4, 30)


def capability(slug: str) -> Capability:
    return Capability.objects.get(slug=slug)


def managed(name: str = "", **fields: object) -> Customer:
    """A customer with an account team, commercial unless said otherwise."""
    return customer(name, **{"is_managed": True, "sector": Sector.COMMERCIAL, **fields})


def vetting(**changed: object) -> dict[str, object]:
    """A complete form for ``verify``; give a field to change it, ``None`` to leave it out."""
    answers: dict[str, object] = {
        "organisation": "Harbour Bank plc",
        "business_mail": "access@harbour-bank.example",
        "country": "GB",
        "has_account_manager": "yes",
        "account_manager": "Ada Example",
        "subscription": "harbour-prod-01",
        "operations": ["verify"],
        "where_it_runs": "Branches in the United Kingdom; our own subscription.",
        "end_user": "other",
        "realtime_bodycam": "no",
        "public_space": "no",
        "who_is_enrolled": "About 40,000 customers who open an account.",
        "enrolment_optional": "yes",
        "minors_or_older": "no",
        "consent_and_retention": "Written consent; deleted 30 days after the account is closed.",
        "human_review": "A clerk checks each refusal; a passport check at the desk instead.",
        "terms_accepted_by": "Grace Example, head of operations",
        "terms_accepted_on": "2023-05-17",
        **changed,
    }
    return {name: value for name, value in answers.items() if value is not None}


def filed(
    team: Team,
    by: User,
    *,
    for_customer: Customer | access.NewCustomer | None = None,
    **changed: object,
) -> AccessApplication:
    """An application for ``verify`` and UC-C2, as its team filed it."""
    given = {
        "customer": for_customer or managed(),
        "capability": capability("verify"),
        "sector": Sector.COMMERCIAL,
        "use_code": "UC-C2",
        "answers": vetting(),
        **WHEN,
        **changed,
    }
    return access.file_application(team, by=by, **given)


def granted(
    team: Team, by: User, *, lead: User | None = None, until: date = NEXT_SPRING, **changed: object
) -> AccessGrant:
    """The same, granted by a lead."""
    return access.grant(
        filed(team, by, **changed),
        reason="Vetted: consent, fallback and retention are in order.",
        reverify_by=until,
        by=lead or user("", Role.LEAD),
        **WHEN,
    )


def deployment(of: Customer, slug: str = "emotion", **fields: object) -> Deployment:
    """A running use of a capability."""
    return Deployment.objects.create(
        customer=of,
        capability=capability(slug),
        **{
            "registered_at": NOW,
            "use": "Camera app",
            "in_use_since": date(2021, 3, 1),
            **fields,
        },
    )


def decided_case(
    people: Office,
    *,
    sensitive: bool = True,
    outcome: Outcome = Outcome.APPROVED,
    asks_for: str = "emotion",
    scenarios: int = 1,
) -> UseCase:
    """A case that asks for a retired capability, decided and, if sensitive, countersigned."""
    case = awaiting_decision(people, sensitive=sensitive, scenarios=scenarios)
    case.capabilities.add(capability(asks_for))
    made = record_decision(case, scenarios=decisions(case, outcome), by=people.lead, **WHEN)
    if sensitive:
        countersign(made, agreed=True, by=people.lead2, **WHEN)
    case.refresh_from_db()
    return case


def asked_exception(people: Office, case: UseCase, **changed: object) -> PolicyException:
    """An accessibility exception, asked for by the team, for the first scenario."""
    given = {
        "kind": ExceptionKind.ACCESSIBILITY,
        "capability": case.capabilities.get(),
        "scope": "Blind users of the camera app in Europe; the emotion label only.",
        "reason": "They cannot see faces.",
        "until": date(2024, 5, 31),
        "by": people.requester,
        **WHEN,
        **changed,
    }
    scenario = given.pop("intended_use", None) or case.intended_uses.first()
    return exceptions.ask(scenario, **given)


def granted_exception(people: Office, case: UseCase, **changed: object) -> PolicyException:
    """The same, granted and countersigned."""
    asked = asked_exception(people, case, **changed)
    exceptions.grant(asked, by=people.lead, **WHEN)
    return exceptions.countersign(asked, by=people.lead2, **WHEN)
