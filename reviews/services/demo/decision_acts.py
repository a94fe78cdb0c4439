"""What leads, the panel and the keepers of conditions do."""

from collections.abc import Mapping
from typing import Any

from reviews.domain.decisions import ConditionDraft, ScenarioDecision
from reviews.domain.enums import ExceptionKind, Outcome
from reviews.models import (
    Condition,
    DecisionRound,
    Evidence,
    IntendedUse,
    PolicyException,
    Referral,
    ReferralMember,
    User,
)
from reviews.services import conditions, deciding, exceptions, referring
from reviews.services.demo.story import Step
from reviews.services.demo.world import World


def decide(world: World, step: Step) -> None:
    """On each scenario; ``outcomes`` names them, else one outcome holds for all."""
    case = world.case(step.key)
    by_name = {one["scenario"]: one for one in step.given.get("outcomes", ())}
    deciding.record_decision(
        case,
        scenarios=[
            _decision(world, use, by_name.get(use.name, step.given))
            for use in case.intended_uses.filter(dropped_at__isnull=True)
        ],
        by=world.person(step.by),
        **step.when,
    )


def countersign(world: World, step: Step) -> None:
    newest = DecisionRound.objects.filter(use_case=world.cases[step.key].pk).latest("number")
    deciding.countersign(
        newest,
        agreed=step.given.get("agreed", True),
        reason=step.given.get("reason", ""),
        by=world.person(step.by),
        **step.when,
    )


def send_back(world: World, step: Step) -> None:
    by = world.person(step.by)
    deciding.return_to_review(world.case(step.key), reason=step.given["reason"], by=by, **step.when)


def refer(world: World, step: Step) -> None:
    referring.refer(
        world.case(step.key),
        question=step.given["question"],
        members=[world.person(name) for name in step.given["who"]],
        by=world.person(step.by),
        **step.when,
    )


def advise(world: World, step: Step) -> None:
    member = ReferralMember.objects.get(
        referral=_open_referral(world, step), user=world.person(step.by)
    )
    referring.advise(
        member,
        advice=step.given["advice"],
        attended=step.given.get("attended", True),
        dissent=step.given.get("dissent", ""),
        by=world.person(step.by),
        **step.when,
    )


def sum_up(world: World, step: Step) -> None:
    referral, by = _open_referral(world, step), world.person(step.by)
    referring.close(referral, summary=step.given["summary"], by=by, **step.when)


def prove(world: World, step: Step) -> None:
    case = world.cases[step.key]
    name = step.given.get("file")
    conditions.give_proof(
        _condition(world, step),
        proof=step.given["proof"],
        evidence=Evidence.objects.get(use_case=case.pk, name=name) if name else None,
        by=world.person(step.by),
        **step.when,
    )


def confirm(world: World, step: Step) -> None:
    conditions.confirm_met(
        _condition(world, step),
        note=step.given.get("note", ""),
        by=world.person(step.by),
        **step.when,
    )


def doubt(world: World, step: Step) -> None:
    """The proof does not hold: the condition is open again."""
    by = world.person(step.by)
    conditions.reopen(_condition(world, step), note=step.given["note"], by=by, **step.when)


def ask_exception(world: World, step: Step) -> None:
    case = world.case(step.key)
    exceptions.ask(
        case.intended_uses.get(name=step.given["scenario"]),
        kind=ExceptionKind.ACCESSIBILITY,
        capability=world.capabilities[step.given["capability"]],
        scope=step.given["scope"],
        reason=step.given["reason"],
        until=step.given["until"],
        by=world.person(step.by),
        **step.when,
    )


def grant_exception(world: World, step: Step) -> None:
    exceptions.grant(_exception(world, step), by=world.person(step.by), **step.when)


def sign_exception(world: World, step: Step) -> None:
    exceptions.countersign(_exception(world, step), by=world.person(step.by), **step.when)


def refuse_exception(world: World, step: Step) -> None:
    exceptions.refuse(
        _exception(world, step),
        reason=step.given["reason"],
        by=world.person(step.by),
        **step.when,
    )


def revoke_exception(world: World, step: Step) -> None:
    exceptions.revoke(
        _exception(world, step),
        reason=step.given["reason"],
        by=world.person(step.by),
        **step.when,
    )


def _decision(
    world: World, use: IntendedUse, said: Mapping[str, Any]
) -> ScenarioDecision[IntendedUse, User]:
    drafts = [
        ConditionDraft(
            text=one["text"],
            proof_wanted=one["proof"],
            owner=world.person(one["owner"]),
            verifier=world.person(one["verifier"]),
            due_on=one["due"],
        )
        for one in said.get("conditions", ())
    ]
    return ScenarioDecision(use, Outcome(said["outcome"]), said["reasons"], drafts)


def _open_referral(world: World, step: Step) -> Referral:
    return Referral.objects.get(use_case=world.cases[step.key].pk, closed_at__isnull=True)


def _condition(world: World, step: Step) -> Condition:
    """The case's condition number ``condition``, counted from 1 over all its decisions."""
    rows = Condition.objects.filter(decision__decision_round__use_case=world.cases[step.key].pk)
    return rows.order_by("pk")[step.given.get("condition", 1) - 1]


def _exception(world: World, step: Step) -> PolicyException:
    """The one asked for last."""
    return PolicyException.objects.filter(use_case=world.cases[step.key].pk).latest("pk")
