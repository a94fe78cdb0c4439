"""A walk through the life of cases by real services: what somebody does next is drawn at random."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from reviews.domain.decisions import ScenarioDecision
from reviews.domain.enums import ConditionState, Outcome, State
from reviews.domain.errors import DomainError
from reviews.domain.intake.rules import TRIGGERS
from reviews.models import Condition, Review, UseCase
from reviews.services import (
    appealing,
    assigning,
    conditions,
    deciding,
    questions,
    rereviewing,
    reviewing,
    submitting,
    tallies,
    withdrawing,
)
from reviews.services.importing.profiles import load_profile
from reviews.services.importing.use_cases import import_use_cases
from tests.builders import NOW
from tests.builders_deciding import Office, condition_draft
from tests.builders_intake import RECOGNITION, SHORT, draft, fill, merged
from tests.builders_reviewing import judge_all
from tests.inventories import EXCERPT

EMOTION = {
    "system": {"capabilities": ["emotion"]},
    "scenario": {"accessibility": "general", "setting": "other"},
    "triggers": dict.fromkeys(
        ["P01", "P05", "P06", "P08", "P09", "P10", "P11", "P12", "P13", "P14", "P16", "P17"], "no"
    ),
}
"""Retired: the gate refuses a new customer."""
VALUES = ("met", "partly_met", "not_met")


@dataclass
class Walk:
    """``number`` in each step chooses the case, the outcome, the person."""

    people: Office
    other: Office
    at: datetime = NOW
    cases: list[UseCase] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def when(self) -> dict[str, object]:
        return {"at": self.at, "on": self.at.date()}

    def step(self, name: str, number: int) -> bool:
        """Whether it happened: what the rules refuse leaves nothing behind. Time goes on, too."""
        self.at += timedelta(days=number % 9)
        try:
            with transaction.atomic():
                STEPS[name](self, number)
        except DomainError:
            return False
        self.done.append(name)
        return True

    def case(self, number: int, *states: State) -> UseCase:
        rows = UseCase.objects.order_by("pk")
        found = list(rows.filter(state__in=states) if states else rows)
        if not found:
            raise DomainError("Nothing to do.")
        return found[number % len(found)]

    def office_of(self, case: UseCase) -> Office:
        return self.people if case.team_id == self.people.team.pk else self.other


def _draft(walk: Walk, number: int) -> None:
    office = (walk.people, walk.other)[number % 2]
    triggered = {"triggers": {TRIGGERS[0]: "yes", "trigger_details": "People wait at gates."}}
    gated = merged(SHORT, RECOGNITION)
    wanted = [SHORT, gated, merged(gated, triggered), merged(gated, EMOTION)][number % 4]
    draft(office.team, by=office.requester, answers=wanted, **walk.when)


def _capabilities(walk: Walk, number: int) -> None:
    case = walk.case(number, State.DRAFT, State.REFUSED, State.APPROVED, State.NEEDS_INFORMATION)
    wanted = [["emotion"], ["verify"], ["verify", "blur"], ["none"]][number % 4]
    fill(case, "system", {"capabilities": wanted}, by=walk.office_of(case).requester, **walk.when)


def _submit(walk: Walk, number: int) -> None:
    case = walk.case(number, State.DRAFT, State.REFUSED, State.NEEDS_INFORMATION, State.APPROVED)
    submitting.submit(case, truth=True, by=walk.office_of(case).requester, **walk.when)


def _withdraw(walk: Walk, number: int) -> None:
    case = walk.case(number)
    withdrawing.withdraw(case, by=walk.office_of(case).requester, **walk.when)


def _reopen(walk: Walk, number: int) -> None:
    case = walk.case(number, State.WITHDRAWN)
    withdrawing.reopen(case, by=walk.office_of(case).requester, **walk.when)


def _ask(walk: Walk, number: int) -> None:
    case = walk.case(number, State.IN_REVIEW)
    questions.ask(
        _open_review(case), text="Why?", item=None, by=walk.office_of(case).lead, **walk.when
    )


def _review(walk: Walk, number: int) -> None:
    case = walk.case(number, State.IN_REVIEW)
    office, review = walk.office_of(case), _open_review(case)
    advice = "approve_with_conditions" if number % 3 else "approve"
    for person in (office.reviewer, office.reviewer2)[: review.reviewers_needed]:
        if not review.assignments.filter(reviewer=person).exists():
            assigning.assign(review, reviewer=person, by=office.lead, **walk.when)
        judge_all(review, person, VALUES[number % 3], "As seen.")
        reviewing.sign_off(review, recommendation=advice, reasons="Seen.", by=person, **walk.when)


def _decide(walk: Walk, number: int) -> None:
    case = walk.case(number, State.AWAITING_DECISION, State.UNDER_APPEAL)
    office = walk.office_of(case)
    lead = office.lead3 if case.state == State.UNDER_APPEAL else office.lead
    outcome = [Outcome.APPROVED, Outcome.WITH_CONDITIONS, Outcome.DECLINED][number % 3]
    wanted = ()
    if outcome is Outcome.WITH_CONDITIONS:
        due = walk.at.date() + timedelta(days=number % 60)
        wanted = (condition_draft(office.requester, office.reviewer, due_on=due),)
    deciding.record_decision(
        case,
        scenarios=[
            ScenarioDecision(use, outcome, "It is so.", wanted)
            for use in case.intended_uses.filter(dropped_at__isnull=True)
        ],
        by=lead,
        **walk.when,
    )


def _countersign(walk: Walk, number: int) -> None:
    case = walk.case(number, State.AWAITING_COUNTERSIGNATURE)
    round_ = case.decision_rounds.order_by("-number")[0]
    deciding.countersign(
        round_,
        agreed=number % 3 != 0,
        reason="No.",
        by=walk.office_of(case).lead2,
        **walk.when,
    )


def _appeal(walk: Walk, number: int) -> None:
    case = walk.case(number, State.DECLINED, State.APPROVED, State.PARTLY_APPROVED)
    appealing.appeal(case, grounds="Look again.", by=walk.office_of(case).requester, **walk.when)


def _rereview(walk: Walk, number: int) -> None:
    case = walk.case(number, State.APPROVED, State.PARTLY_APPROVED)
    rereviewing.open_rereview(case, by=walk.office_of(case).lead2, **walk.when)


def _condition(walk: Walk, number: int) -> None:
    rows = Condition.objects.order_by("pk")
    row = rows.exclude(state=ConditionState.MET).first()
    if row is None:
        raise DomainError("Nothing to do.")
    if row.state == ConditionState.OPEN:
        conditions.give_proof(row, proof="See the rota.", by=row.owner, **walk.when)
    else:
        conditions.confirm_met(row, note="Seen.", by=row.verifier, **walk.when)


def _import(walk: Walk, number: int) -> None:
    import_use_cases(
        EXCERPT.read_bytes(),
        file_name="inventory.csv",
        profile=load_profile("omb-2024"),
        by=None,
        **walk.when,
    )


def _fold(walk: Walk, number: int) -> None:
    tallies.fold()


def _open_review(case: UseCase) -> Review:
    return case.reviews.get(closed_at__isnull=True)


STEPS: dict[str, Callable[[Walk, int], None]] = {
    "draft": _draft,
    "capabilities": _capabilities,
    "submit": _submit,
    "withdraw": _withdraw,
    "reopen": _reopen,
    "ask": _ask,
    "review": _review,
    "decide": _decide,
    "countersign": _countersign,
    "appeal": _appeal,
    "rereview": _rereview,
    "condition": _condition,
    "import": _import,
    "fold": _fold,
}
