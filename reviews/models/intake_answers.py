"""The working answers of one use case as the form understands them. Reads only."""

from collections.abc import Collection, Mapping

from reviews.domain import intake
from reviews.domain.intake import Answers, Kind
from reviews.models.catalogue import Capability, CapabilityPolicy, Stance
from reviews.models.customer import Customer
from reviews.models.gate_rules import UseKind, UseRule
from reviews.models.use_case import DraftPage, UseCase


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
    page_key: str, stored: Mapping[str, object] | None = None
) -> dict[Kind, Collection[str]]:
    """Values that catalogue and register allow on this page. One query per such question.

    ``stored`` is what the page holds: a capability that was chosen may stay after it has left
    the catalogue.
    """
    page = intake.blank(page_key)
    kinds = {question.kind for question in page.questions} if page else set()
    known: dict[Kind, Collection[str]] = {}
    if Kind.CAPABILITIES in kinds:
        slugs = Capability.objects.current().values_list("slug", flat=True)
        kept = intake.capability_slugs({"system": stored or {}})
        known[Kind.CAPABILITIES] = {*slugs, *kept, intake.NO_CAPABILITY}
    if Kind.CUSTOMER in kinds:
        uids = Customer.objects.values_list("uid", flat=True)
        known[Kind.CUSTOMER] = {*(str(uid) for uid in uids), "other"}
    if Kind.LISTED_USE in kinds:
        codes = UseRule.objects.current().filter(kind=UseKind.APPROVED)
        known[Kind.LISTED_USE] = {*codes.values_list("code", flat=True), "other", "unknown"}
    return known


def _customer(pages: Answers) -> dict[str, str]:
    uid = str(pages.get("deployment", {}).get("customer") or "")
    if uid in ("", "other"):
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
