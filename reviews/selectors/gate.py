"""The gate with the catalogue and the register behind it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from reviews.domain.gate import GateResult, Policies, decide_each, facts_from
from reviews.integrations import data_files
from reviews.models import Capability, Customer, GateRule, UseCase, UseRule
from reviews.models.catalogue import Family
from reviews.models.gate_reading import policies
from reviews.models.gate_records import records

Words = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Choice:
    """A capability to choose from."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Capabilities of one family, in the catalogue's order."""

    title: str
    choices: tuple[Choice, ...]


def choices() -> list[Group]:
    """Every current capability by family; one outside the largest service names its own.

    One query.
    """
    rows = list(Capability.objects.current().select_related("service").order_by("position"))
    services = Counter(row.service.name for row in rows)
    largest = max(services, key=lambda name: services[name], default="")
    by_family: dict[str, list[Choice]] = {}
    for row in rows:
        other = "" if row.service.name == largest else f" ({row.service.name})"
        title = str(Family(row.family).label)
        by_family.setdefault(title, []).append(Choice(row.slug, f"{row.name}{other}"))
    return [Group(title, tuple(found)) for title, found in by_family.items()]


def policies_on(slugs: Collection[str] | None = None) -> dict[str, Policies]:
    """What the catalogue says of these capabilities, or of all. One query."""
    return policies(slugs, holidays=data_files.holidays)


def use_rules() -> list[UseRule]:
    """Every current rule about a use, in the catalogue's order. One query."""
    return list(UseRule.objects.current().order_by("position"))


def senior_rules(use_case: UseCase) -> list[GateRule]:
    """What on this case asks for a decision at a senior level. One query, none without codes."""
    if not use_case.escalations:
        return []
    asking = GateRule.objects.current().filter(needs_senior_decision=True)
    return list(asking.filter(code__in=use_case.escalations).order_by("position"))


def answers(
    slugs: Collection[str],
    said: Words,
    *,
    on: date,
    customer: Customer | None = None,
    use_case: UseCase | None = None,
    scenario: str = "",
    final: bool = False,
    known: Mapping[str, Policies] | None = None,
) -> tuple[GateResult, ...]:
    """The gate's answer for each capability, the strictest first; unknown slugs are left out.

    ``said`` are words as ``domain.gate.facts_from`` reads them; what is on record about
    ``customer`` (and the exceptions of ``use_case``) is put over them. A word may be said for one
    capability alone: ``existing.emotion``. ``final``: nobody will be asked again.
    ``known``: what ``policies_on`` gave for these. At most six
    queries for any number of capabilities. Raises ``UnreadableFacts``.
    """
    asked = policies_on(slugs) if known is None else known
    recorded = records(list(asked), customer=customer, use_case=use_case)
    questions = []
    for slug, one in asked.items():
        words = recorded.add_to(_said_of(slug, said), one, on=on, scenario=scenario)
        facts = facts_from(words, uses=one.uses)
        questions.append((one, facts.final() if final else facts))
    return decide_each(questions, on)


def _said_of(slug: str, said: Words) -> dict[str, object]:
    """The words about one capability: its own before the common ones."""
    own = {
        name.partition(".")[0]: value
        for name, value in said.items()
        if name.partition(".")[2] == slug
    }
    return {name: value for name, value in said.items() if "." not in name} | own
