"""The working answers of one use case as the form understands them. Reads only."""

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet

from reviews.domain import intake
from reviews.domain.intake import Answers, Kind
from reviews.models.catalogue import Capability, CapabilityPolicy, Stance
from reviews.models.customer import Customer
from reviews.models.gate_rules import UseKind, UseRule
from reviews.models.use_case import DraftPage, UseCase
from reviews.models.user import User


def read_answers(use_case: UseCase) -> dict[str, dict[str, object]]:
    """Every saved page, and the derived page ``catalogue``. At most five queries."""
    pages = DraftPage.objects.filter(use_case=use_case).values_list("page", "answers")
    return with_catalogue(dict(pages))


def with_catalogue(pages: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """The same answers with what the catalogue says of the capabilities that they name now."""
    slugs = intake.capability_slugs(pages)
    rows = list(
        Capability.objects.filter(slug__in=slugs).values_list("slug", "name", "family")
        if slugs
        else ()
    )
    gated = (
        bool(slugs)
        and CapabilityPolicy.objects.current()
        .filter(capability__slug__in=slugs)
        .exclude(stance=Stance.OPEN)
        .exists()
    )
    labels = {slug: name for slug, name, _ in rows} | _customer(pages) | _uses(pages)
    derived = intake.catalogue_page({slug: family for slug, _, family in rows}, labels, gated=gated)
    return {**pages, intake.CATALOGUE: derived}


def known_values(
    page_key: str, stored: Mapping[str, object] | None = None, *, by: User
) -> dict[Kind, Collection[str]]:
    """Values that catalogue and register allow on this page. One query per such question.

    ``stored`` is what the page holds: a capability that was chosen may stay after it has left
    the catalogue, and so may a customer whom a colleague chose and ``by`` does not see.
    """
    page = intake.blank(page_key)
    kinds = {question.kind for question in page.questions} if page else set()
    known: dict[Kind, Collection[str]] = {}
    if Kind.CAPABILITIES in kinds:
        slugs = Capability.objects.current().values_list("slug", flat=True)
        kept = intake.capability_slugs({"system": stored or {}})
        known[Kind.CAPABILITIES] = {*slugs, *kept, intake.NO_CAPABILITY}
    if Kind.CUSTOMER in kinds:
        uids = customers_for(by, stored or {}).values_list("uid", flat=True)
        known[Kind.CUSTOMER] = {*(str(uid) for uid in uids), "other"}
    if Kind.LISTED_USE in kinds:
        codes = UseRule.objects.current().filter(kind=UseKind.APPROVED)
        known[Kind.LISTED_USE] = {*codes.values_list("code", flat=True), "other", "unknown"}
    return known


def customers_for(user: User, stored: Mapping[str, object]) -> QuerySet[Customer]:
    """Customers whom this person may choose on a page that holds ``stored``."""
    seen = Customer.objects.visible_to(user).values("pk")
    return Customer.objects.filter(Q(pk__in=seen) | Q(uid=_chosen(stored)))


def _chosen(page: Mapping[str, object]) -> str | None:
    """UUID of the customer of the register whom the page names."""
    uid = str(page.get("customer") or "")
    return None if uid in ("", "other") else uid


def _customer(pages: Answers) -> dict[str, str]:
    uid = _chosen(pages.get("deployment", {}))
    if uid is None:
        return {}
    rows = Customer.objects.filter(uid=uid).values_list("uid", "name")
    return {str(key): name for key, name in rows}


def _uses(pages: Answers) -> dict[str, str]:
    codes = {str(pages[key].get("use") or "") for key in intake.scenario_keys(pages)}
    codes -= {"", "other", "unknown"}
    if not codes:
        return {}
    rows = UseRule.objects.current().filter(code__in=codes).values_list("code", "text")
    return dict(rows)
