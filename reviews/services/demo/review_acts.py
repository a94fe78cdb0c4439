"""What reviewers do: take a case on, judge its items, ask, sign off."""

from reviews.models import ChecklistItem, ReviewAssignment
from reviews.services import assigning, questions, rereviewing, reviewing
from reviews.services.demo.story import Step, table
from reviews.services.demo.world import World
from reviews.services.verdict_rows import Judgement

_SITTINGS = 3
"""A reviewer works through the items in so many sittings of a day."""

_MINUTES_A_SITTING = 25


def assign(world: World, step: Step) -> None:
    """One reviewer or several; a lead does it."""
    for number, name in enumerate(step.given["who"]):
        assigning.assign(
            world.review(step.key),
            reviewer=world.person(name),
            by=world.person(step.by),
            **step.later(number),
        )


def recuse(world: World, step: Step) -> None:
    assignment = ReviewAssignment.objects.get(
        review=world.review(step.key), reviewer=world.person(step.by)
    )
    by = world.person(step.by)
    assigning.recuse(assignment, reason=step.given["reason"], by=by, **step.when)


def judge(world: World, step: Step) -> None:
    """Every required item, in three sittings; ``first`` stops after so many.

    ``verdicts`` gives value, note and gap plan by code. The other items are met, with the note
    that the data file keeps for the code.
    """
    review = world.review(step.key)
    required = ChecklistItem.objects.filter(review=review, is_required_now=True)
    items = list(required.select_related("requirement", "probe").order_by("position"))
    items = items[: step.given.get("first", len(items))]
    said = step.given.get("verdicts", {})
    size = -(-len(items) // _SITTINGS)
    for number in range(_SITTINGS):
        sitting = items[number * size : (number + 1) * size]
        reviewing.confirm_verdicts(
            review,
            judgements=[(item, _judgement(item.code, said, step)) for item in sitting],
            by=world.person(step.by),
            **step.later(number * _MINUTES_A_SITTING),
        )


def ask(world: World, step: Step) -> None:
    review, code = world.review(step.key), step.given.get("item")
    items = {item.code: item for item in review.items.select_related("requirement", "probe")}
    questions.ask(
        review,
        text=step.given["text"],
        item=items[code] if code else None,
        by=world.person(step.by),
        **step.when,
    )


def rethink(world: World, step: Step) -> None:
    """A verdict changed after the sign-off: a new, dated one."""
    review = world.review(step.key)
    items = {item.code: item for item in review.items.select_related("requirement", "probe")}
    value, note, *plan = step.given["verdict"]
    reviewing.change_verdict(
        items[step.given["item"]],
        value=value,
        note=note,
        gap_plan=plan[0] if plan else "",
        version=1,
        by=world.person(step.by),
        **step.when,
    )


def sign(world: World, step: Step) -> None:
    reviewing.sign_off(
        world.review(step.key),
        recommendation=step.given["recommend"],
        reasons=step.given["reasons"],
        by=world.person(step.by),
        **step.when,
    )


def look_again(world: World, step: Step) -> None:
    """A lead opens the re-review before its day."""
    rereviewing.open_rereview(world.case(step.key), by=world.person(step.by), **step.when)


def _judgement(code: str, said: dict[str, list[str]], step: Step) -> Judgement:
    if code in said:
        value, note, *plan = said[code]
        return Judgement(value, note, plan[0] if plan else "")
    notes = table("notes")["met"].get(code, ("",))
    return Judgement("met", notes[(len(step.key) + len(step.by)) % len(notes)])
