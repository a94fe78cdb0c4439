"""Answers of whole forms, and drafts that hold them."""

from collections.abc import Mapping
from datetime import date, datetime

from reviews.models import DraftPage, Team, UseCase, User
from reviews.services import drafting, submitting
from tests.builders import NOW, TODAY

SCENARIO = "scenario"

SHORT: dict[str, dict[str, object]] = {
    "system": {
        "description": "Tells the guard when a picture is too blurred to use.",
        "purpose": "Fewer unusable pictures.",
        "capabilities": ["none"],
        "lifecycle_stage": "planning_analysis",
        "contacts": "Ana Ruiz, product",
    },
    SCENARIO: {
        "name": "Main gate",
        "description": "Guards at the main gate look at the picture again.",
        "fitness": "It saves a second walk; a bigger lens would do the same.",
        "role_of_humans": "approval_before_action",
    },
    "people": {
        "stakeholders": "Guards and visitors",
        "harms": "A good picture is thrown away.",
        "informs_decisions": "no",
        "informs_decisions_reason": "Nobody decides anything with it.",
        "impersonates_human": "no",
        "synthetic_media": "no",
        "disclosure_reason": "It says nothing to anybody.",
        "demographic_quality_gap": "no",
        "demographic_quality_gap_reason": "Blur is blur.",
        "allocates_essential": "no",
        "allocates_essential_reason": "Nothing is given out.",
        "represents_people": "no",
        "represents_people_reason": "It describes pictures.",
    },
    "data": {
        "data_needs": "Pictures of the gate.",
        "privacy_standard_applies": "no",
        "security_policy_applies": "yes",
    },
    "oversight": {
        "overseers": "Jo Lind, shift lead: may switch it off",
        "intervention": "A switch on the console.",
    },
    "validity": {
        "evidence_summary": "A test with 500 pictures is planned.",
        "limitations": "Dark evenings.",
        "failure": "The guard takes one more picture.",
    },
    "triggers": {
        "consequential_impact": "no",
        "physical_or_psychological_injury": "no",
        "human_rights_threat": "no",
        "restricted_use": "no",
    },
    "deployment": {"for_customer": "no", "region": "GB", "accessibility_standard_applies": "no"},
}
"""The shortest complete form: no capability of the catalogue, no trigger."""

_NO = "no"
RECOGNITION: dict[str, dict[str, object]] = {
    "system": {"capabilities": ["verify"]},
    SCENARIO: {
        "use": "UC-C2",
        "setting": "other",
        "technology_readiness": "deployed_and_qualified",
        "task_complexity": "simple",
        "environment_complexity": "simple",
    },
    "people": {"benefits": "Shorter queues.", "under_18": _NO, "mainly_over_65": _NO},
    "data": {
        "retention": "Templates are kept for a day.",
        "consent": "A form at the desk.",
        "illinois_biometrics": _NO,
    },
    "oversight": {"second_way": "yes", "contest": "At the desk."},
    "validity": {
        "construct": "A score stands for sameness.",
        "misuse": "Somebody could watch the queue.",
        "unsupported": "Crowds.",
    },
    "triggers": {
        "tracking": _NO,
        "live_identification": _NO,
        "enrolment_optional": "yes",
        "enrolment_controlled_by": "person",
        "healthcare_decision": _NO,
        "public_space": _NO,
        "protected_space": _NO,
        "task_monitoring": _NO,
        **dict.fromkeys(["P05", "P08", "P09", "P11", "P12", "P13", "P16", "P17"], _NO),
    },
    "deployment": {
        "existing": _NO,
        "managed": "yes",
        "sector": "commercial",
        "end_user": "other",
        "realtime_bodycam": _NO,
        "region": "US",
    },
}
"""What the form asks besides for one-to-one verification of faces."""


def merged(*parts: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """The parts put over each other, field by field."""
    found: dict[str, dict[str, object]] = {}
    for part in parts:
        for page, fields in part.items():
            found[page] = {**found.get(page, {}), **fields}
    return found


def draft(
    team: Team,
    *,
    by: User,
    answers: Mapping[str, Mapping[str, object]] = SHORT,
    title: str = "Sharper gate camera",
    at: datetime = NOW,
    on: date = TODAY,
) -> UseCase:
    """A draft made and filled in through the services."""
    use_case = drafting.create_use_case(team, title=title, by=by, at=at, on=on)
    for page, fields in answers.items():
        fill(use_case, page, fields, by=by, at=at, on=on)
    return UseCase.objects.get(pk=use_case.pk)


def fill(
    use_case: UseCase,
    page: str,
    fields: Mapping[str, object],
    *,
    by: User,
    at: datetime = NOW,
    on: date = TODAY,
) -> DraftPage:
    """Put fields over what a page holds; ``scenario`` is the first scenario."""
    key = first_scenario(use_case) if page == SCENARIO else page
    stored = DraftPage.objects.filter(use_case=use_case, page=key).first()
    return drafting.save_page(
        use_case,
        key,
        answers={**(stored.answers if stored else {}), **fields},
        version=stored.version if stored else 0,
        by=by,
        at=at,
        on=on,
    )


def first_scenario(use_case: UseCase) -> str:
    pages = DraftPage.objects.filter(use_case=use_case, page__startswith="scenario:")
    return pages.values_list("page", flat=True)[0]


def submitted(
    team: Team, *, by: User, answers: Mapping[str, Mapping[str, object]] = SHORT
) -> UseCase:
    """A case in its first review, filed through the service."""
    use_case = draft(team, by=by, answers=answers)
    return submitting.submit(use_case, truth=True, by=by, at=NOW, on=TODAY).use_case
