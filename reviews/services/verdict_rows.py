"""The rows of verdicts: what may be said, which version stands, which are dated anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext

from reviews.domain.enums import VerdictValue
from reviews.domain.errors import BadInput, Incomplete, StaleVersion
from reviews.models import ChecklistItem, Evidence, ReviewAssignment, UseCase, Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer says of one item; an empty ``value``: not decided yet."""

    value: str
    note: str = ""
    gap_plan: str = ""
    evidence: frozenset[int] = frozenset()

    @property
    def texts(self) -> dict[str, str]:
        return {"value": self.value, "note": self.note, "gap_plan": self.gap_plan}


def checked(
    value: str, note: str, gap_plan: str, evidence: Collection[Evidence], use_case: UseCase
) -> Judgement:
    """The judgement, if it may be said as it stands. Raises ``Incomplete`` or ``BadInput``."""
    if value and value not in VerdictValue.values:
        raise BadInput(gettext("Choose one of the four verdicts."))
    if value == VerdictValue.NOT_APPLICABLE and not note.strip():
        raise Incomplete(gettext("Say in the note why it does not apply."), ("note",))
    if any(file.use_case_id != use_case.pk for file in evidence):
        raise BadInput(gettext("This file belongs to another use case."))
    return Judgement(value, note.strip(), gap_plan.strip(), frozenset(file.pk for file in evidence))


def write(
    item: ChecklistItem,
    assignment: ReviewAssignment,
    said: Judgement,
    *,
    version: int,
    at: datetime,
) -> tuple[Verdict, Judgement | None]:
    """The verdict as it now stands, and what stood there before.

    ``version`` is the one that the reviewer saw. Raises ``StaleVersion`` for an older one.
    """
    stored = (
        Verdict.objects.filter(item=item, assignment=assignment, is_current=True)
        .prefetch_related("evidence")
        .first()
    )
    before = _said(stored) if stored else None
    if stored and before == said:
        return stored, before
    if stored and before and stored.version != version:
        raise StaleVersion(
            gettext(
                "This verdict was saved somewhere else since you opened it. Both texts are kept."
            ),
            theirs=before.texts,
            yours=said.texts,
            version=stored.version,
        )
    signed = stored is not None and _was_signed(stored, assignment)
    if stored and not signed:
        verdict = stored
        verdict.version += 1
    else:
        if stored:
            Verdict.objects.filter(pk=stored.pk).update(is_current=False)
        verdict = Verdict(
            item=item,
            assignment=assignment,
            version=stored.version + 1 if stored else 1,
            changed_after_sign_off=signed or assignment.signed_off_at is not None,
        )
    verdict.value, verdict.note, verdict.gap_plan = said.value, said.note, said.gap_plan
    verdict.saved_at, verdict.carried_from = at, None
    is_new = verdict.pk is None
    verdict.save()
    if said.evidence or not is_new:
        verdict.evidence.set(said.evidence)
    return verdict, before


def write_first(
    judgements: Sequence[tuple[ChecklistItem, Judgement]],
    assignment: ReviewAssignment,
    *,
    at: datetime,
) -> None:
    """Verdicts on items that hold none of this reviewer yet. Two queries for all of them."""
    rows = Verdict.objects.bulk_create(
        Verdict(
            item=item,
            assignment=assignment,
            value=said.value,
            note=said.note,
            gap_plan=said.gap_plan,
            saved_at=at,
        )
        for item, said in judgements
    )
    link = Verdict.evidence.through
    link.objects.bulk_create(
        link(verdict_id=row.pk, evidence_id=file)
        for row, (_, said) in zip(rows, judgements, strict=True)
        for file in said.evidence
    )


def _was_signed(verdict: Verdict, assignment: ReviewAssignment) -> bool:
    """Whether a sign-off covered this text: the one that holds, or one that a lead undid."""
    if assignment.signed_off_at is not None:
        return True
    returned = assignment.review.returns.aggregate(last=Max("at"))["last"]
    return returned is not None and verdict.saved_at <= returned


def _said(verdict: Verdict) -> Judgement:
    files = frozenset(file.pk for file in verdict.evidence.all())
    return Judgement(verdict.value, verdict.note, verdict.gap_plan, files)
