"""Cases in review, on the real catalogue and Standard, and the people around them."""

from collections.abc import Iterable, Mapping

from reviews.domain.enums import LifecycleStage, ReviewKind, State
from reviews.models import (
    Capability,
    ChecklistItem,
    Evidence,
    IntendedUse,
    Review,
    ReviewAssignment,
    Submission,
    SubmissionPerson,
    UseCase,
    User,
)
from reviews.services import assigning, review_rounds, reviewing
from tests.builders import NOW, TODAY, use_case
from tests.builders_deciding import Office

WHEN = {"at": NOW, "on": TODAY}
SCENARIO = "scenario:0123456789abcdef0123456789abcdef"

LOW_RISK: dict[str, dict[str, object]] = {
    "system": {
        "title": "Sharper door camera",
        "description": "Tells the guard when a picture is too blurred to use.",
        "purpose": "Fewer unusable pictures.",
        "capabilities": ["blur"],
        "lifecycle_stage": LifecycleStage.PLANNING.value,
    },
    SCENARIO: {"name": "Main gate", "description": "Guards there.", "fitness": "It helps."},
    "people": {
        "stakeholders": "Guards and visitors",
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
    "data": {"privacy_standard_applies": "no", "security_policy_applies": "no"},
    "validity": {"limitations": "Dark evenings."},
    "deployment": {"accessibility_standard_applies": "no"},
}


def full(stage: LifecycleStage = LifecycleStage.MAINTENANCE) -> dict[str, dict[str, object]]:
    """Answers under which every goal and every reviewer's probe applies."""
    return merged(
        LOW_RISK,
        {
            "system": {
                "capabilities": ["emotion", "identify"],
                "lifecycle_stage": stage.value,
            },
            "people": {
                "informs_decisions": "yes",
                "impersonates_human": "yes",
                "synthetic_media": "yes",
                "demographic_quality_gap": "yes",
                "allocates_essential": "yes",
                "represents_people": "yes",
            },
            "data": {"privacy_standard_applies": "yes", "security_policy_applies": "yes"},
            "deployment": {"accessibility_standard_applies": "yes"},
        },
    )


def merged(
    some: Mapping[str, Mapping[str, object]], others: Mapping[str, Mapping[str, object]]
) -> dict[str, dict[str, object]]:
    """``some`` with the fields of ``others`` laid over."""
    pages = {**some, **others}
    return {page: {**some.get(page, {}), **others.get(page, {})} for page in pages}


def submission(
    case: UseCase, answers: Mapping[str, Mapping[str, object]], *, people: Iterable[tuple] = ()
) -> Submission:
    """A frozen submission; ``people``: (page, field, text) of answers that name people."""
    frozen = Submission.objects.create(
        use_case=case,
        number=case.submissions.count() + 1,
        answers=_with_families(answers),
        gate={},
        digest="0" * 64,
        statement_by=case.created_by,
        submitted_at=NOW,
        submitted_on=TODAY,
    )
    for page, field, text in people:
        SubmissionPerson.objects.create(
            submission=frozen, page=page, field=field, salt="00", text=text
        )
    return frozen


def _with_families(
    answers: Mapping[str, Mapping[str, object]],
) -> dict[str, dict[str, object]]:
    """The answers with the derived catalogue page, as the submit writes it."""
    slugs = answers["system"].get("capabilities", [])
    rows = Capability.objects.filter(slug__in=slugs)
    found = {
        "capabilities": {row.slug: row.family for row in rows},
        "labels": {row.slug: row.name for row in rows},
        "gated": False,
    }
    return {**{page: dict(given) for page, given in answers.items()}, "catalogue": found}


def in_review(
    people: Office,
    answers: Mapping[str, Mapping[str, object]] = LOW_RISK,
    *,
    sensitive: bool = False,
    title: str = "",
) -> Review:
    """A filed case with an open first round and nobody assigned. Needs the catalogue."""
    case = use_case(
        people.team,
        by=people.requester,
        title=title,
        state=State.IN_REVIEW,
        is_sensitive=sensitive,
        submitted_on=TODAY,
    )
    case.capabilities.set(
        Capability.objects.filter(slug__in=answers["system"].get("capabilities", []))
    )
    IntendedUse.objects.create(use_case=case, key=SCENARIO, name="Main gate", position=1)
    return next_round(case, answers, ReviewKind.INITIAL)


def next_round(
    case: UseCase, answers: Mapping[str, Mapping[str, object]], kind: ReviewKind
) -> Review:
    """A new submission with a round of its own, as a resubmission makes it."""
    frozen = submission(case, answers)
    return review_rounds.open_round(case, frozen, kind=kind, by=case.created_by, **WHEN)


def assigned(review: Review, reviewer: User, people: Office) -> ReviewAssignment:
    return assigning.assign(review, reviewer=reviewer, by=people.lead, **WHEN)


def item(review: Review, code: str) -> ChecklistItem:
    found = {one.code: one for one in review.items.select_related("requirement", "probe")}
    return found[code]


def judge_all(review: Review, reviewer: User, value: str = "met", note: str = "") -> None:
    """A verdict on every required item of the round that has none yet."""
    judgements = [
        (one, reviewing.Judgement(value, note))
        for one in review.items.filter(is_required_now=True).select_related("requirement", "probe")
    ]
    reviewing.confirm_verdicts(review, judgements=judgements, by=reviewer, **WHEN)


def signed(
    review: Review, reviewer: User, recommendation: str = "approve", reasons: str = "All is well."
) -> ReviewAssignment:
    """Every required item met, then signed off."""
    judge_all(review, reviewer)
    return reviewing.sign_off(
        review, recommendation=recommendation, reasons=reasons, by=reviewer, **WHEN
    )


def evidence(case: UseCase, name: str = "results.pdf") -> Evidence:
    return Evidence.objects.create(
        use_case=case,
        name=name,
        media_type="application/pdf",
        size=1000,
        digest="0" * 64,
        file=f"evidence/{name}",
        added_by=case.created_by,
        added_at=NOW,
    )
