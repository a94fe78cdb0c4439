"""What an import writes into a case, so that a later run can tell whether people changed it."""

import json
from dataclasses import dataclass

from reviews.domain.importing.keys import digest_of
from reviews.domain.importing.mapping import UNKNOWN, MappedRow
from reviews.domain.intake.questions import LONGEST_LINE
from reviews.models import UseCase

SCENARIO = "scenario"
"""Key under which the one scenario of an imported case is compared; stored with its number."""

_DEPLOYMENT_FACTS = ("managed", "sector", "end_user", "realtime_bodycam", "region")
_SCENARIO_FACTS = {
    "use": "use",
    "setting": "setting",
    "purpose": "accessibility",
    "medical_or_safety": "medical_or_safety",
}
"""Fact of the gate to field of the form."""

Pages = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class CaseContent:
    """Title, team, stage, capabilities and answers of one case, in comparable form."""

    title: str
    team: str
    stage: str
    capabilities: tuple[str, ...]
    pages: Pages

    @property
    def digest(self) -> str:
        plain = [self.title, self.team, self.stage, self.capabilities, self.pages]
        return digest_of([json.dumps(plain, sort_keys=True, ensure_ascii=False)])


def content_of(row: MappedRow) -> CaseContent:
    """The case that a mapped row makes. Facts that nobody stated stay unanswered."""
    slugs = tuple(sorted(found.capability for found in row.capabilities))
    pages: Pages = {page: dict(answers) for page, answers in row.answers.items()}
    system = pages.setdefault("system", {})
    system["title"] = row.title
    if slugs:
        system["capabilities"] = list(slugs)
    if row.stage:
        system["lifecycle_stage"] = row.stage
    pages.setdefault(SCENARIO, {})["name"] = row.title[:LONGEST_LINE]
    for fact in _DEPLOYMENT_FACTS:
        if row.facts[fact] != UNKNOWN:
            pages.setdefault("deployment", {})[fact] = row.facts[fact]
    for fact, field in _SCENARIO_FACTS.items():
        if row.facts[fact] != UNKNOWN:
            pages[SCENARIO][field] = row.facts[fact]
    return CaseContent(row.title, row.team, row.stage, slugs, pages)


def stored_content(use_case: UseCase) -> CaseContent:
    """The case as it stands. Costs no query where team, capabilities and pages are fetched."""
    pages = {
        SCENARIO if page.page.startswith(f"{SCENARIO}:") else page.page: page.answers
        for page in use_case.draft_pages.all()
        if page.answers
    }
    return CaseContent(
        use_case.title,
        use_case.team.name,
        use_case.lifecycle_stage,
        tuple(sorted(capability.slug for capability in use_case.capabilities.all())),
        pages,
    )
