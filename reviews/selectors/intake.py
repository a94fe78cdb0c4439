"""Reads for the pages of the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from reviews.domain import intake
from reviews.domain.intake import Answers, Kind, Option, Section
from reviews.models import (
    Capability,
    CapabilityPolicy,
    CoAuthor,
    DraftPage,
    Evidence,
    Membership,
    Team,
    UseCase,
    User,
    UseRule,
)
from reviews.models.catalogue import Family, Stance
from reviews.models.gate_rules import UseKind
from reviews.models.intake_answers import customers_for, with_catalogue


@dataclass(frozen=True, slots=True)
class SavedPage:
    """When and by whom a page was saved last; version 0 where nobody did."""

    version: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All working answers of a use case, with the catalogue's page, and each page's last save."""

    answers: Answers
    saved: dict[str, SavedPage]

    def page(self, key: str) -> SavedPage:
        return self.saved.get(key, SavedPage())

    @property
    def sections(self) -> list[Section]:
        return intake.as_rows(self.answers)


def draft(use_case: UseCase) -> Draft:
    """At most five queries, whatever the number of pages and capabilities."""
    rows = list(DraftPage.objects.filter(use_case=use_case).select_related("saved_by"))
    return Draft(
        with_catalogue({row.page: row.answers for row in rows}),
        {row.page: SavedPage(row.version, row.saved_at, str(row.saved_by)) for row in rows},
    )


Group = tuple[str, tuple[Option, ...]]


def choices(page_key: str, answers: Answers, *, user: User) -> dict[Kind, tuple[Group, ...]]:
    """Choices that catalogue and register give to a page, in groups. One query per kind.

    A capability that was chosen stays a choice after it has left the catalogue. Customers are
    those whom this person sees, and the one whom the page names.
    """
    page = intake.blank(page_key)
    kinds = {question.kind for question in page.questions} if page else set()
    found: dict[Kind, tuple[Group, ...]] = {}
    if Kind.CAPABILITIES in kinds:
        found[Kind.CAPABILITIES] = capability_groups(intake.capability_slugs(answers))
    if Kind.CUSTOMER in kinds:
        rows = customers_for(user, answers.get(page_key, {})).values_list("uid", "name")
        named = tuple(Option(str(uid), name) for uid, name in rows)
        found[Kind.CUSTOMER] = (("", (*named, Option("other", "Not in the list"))),)
    if Kind.LISTED_USE in kinds:
        found[Kind.LISTED_USE] = _use_groups()
    return found


def capability_groups(kept: Sequence[str] = ()) -> tuple[Group, ...]:
    """Current capabilities and ``kept`` ones by family, each with its summary. One query."""
    grouped: dict[str, list[Option]] = {}
    offered = Capability.objects.filter(Q(is_current=True) | Q(slug__in=kept))
    rows = offered.values_list("family", "slug", "name", "summary")
    for family, slug, name, summary in rows:
        grouped.setdefault(family, []).append(Option(slug, name, summary))
    none = Option(intake.NO_CAPABILITY, gettext("None of these"))
    groups = [(str(Family(family).label), tuple(grouped[family])) for family in grouped]
    return ((gettext("If none applies"), (none,)), *groups)


def closing_days(answers: Answers) -> dict[str, date]:
    """Cut-off day of each closed capability that is asked for, by name. One query."""
    rows = (
        CapabilityPolicy.objects.current()
        .filter(capability__slug__in=intake.capability_slugs(answers))
        .exclude(stance=Stance.OPEN)
        .values_list("capability__name", "new_customer_cutoff_on")
    )
    return {name: day for name, day in rows if day}


def teams_of(user: User) -> QuerySet[Team]:
    """Teams for which this person may begin a use case."""
    return Team.objects.filter(pk__in=Membership.objects.filter(user=user).values("team"))


def evidence_of(use_case: UseCase) -> list[Evidence]:
    """Files on the case, the oldest first. One query."""
    rows = use_case.evidence.filter(removed_at__isnull=True)
    return list(rows.select_related("added_by"))


def co_authors_of(use_case: UseCase) -> list[CoAuthor]:
    """One query."""
    return list(use_case.co_authors.select_related("user", "added_by"))


def person_called(name: str) -> User | None:
    """An active account by user name or mail address; nobody where two share the address."""
    name = name.strip()
    people = User.objects.filter(is_active=True)
    found = list(people.filter(username__iexact=name)[:1] or people.filter(email__iexact=name)[:2])
    return found[0] if name and len(found) == 1 else None


def _use_groups() -> tuple[Group, ...]:
    words = {"commercial": "For the commercial sector", "public": "For the public sector"}
    grouped: dict[str, list[Option]] = {}
    rules = UseRule.objects.current().filter(kind=UseKind.APPROVED)
    for code, text, sector in rules.values_list("code", "text", "sector"):
        grouped.setdefault(words.get(sector, "For any sector"), []).append(Option(code, text, code))
    others = (
        Option("other", "Another use, not on the list"),
        Option("unknown", "I do not know yet"),
    )
    return (
        *((title, tuple(found)) for title, found in grouped.items()),
        ("Something else", others),
    )
