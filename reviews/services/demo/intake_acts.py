"""What the team does with its case: begin, change, file, withdraw, answer, appeal."""

from reviews.domain import intake
from reviews.domain.enums import CoAuthorRight
from reviews.models import DraftPage, Question, UseCase
from reviews.services import (
    appealing,
    co_authors,
    drafting,
    evidence,
    questions,
    submitting,
    withdrawing,
)
from reviews.services.demo import files
from reviews.services.demo.answers import Pages, pages_of
from reviews.services.demo.story import Step
from reviews.services.demo.world import World

_MINUTES_A_PAGE = 6


def begin(world: World, step: Step) -> None:
    """Begin the draft and fill its pages; ``leave_open`` names pages that nobody wrote yet."""
    story, by = step.story, world.person(step.by)
    customer = world.customers[story["customer"]] if "customer" in story else None
    case = drafting.create_use_case(
        world.teams[story["team"]],
        title=story["title"],
        capabilities=story.get("capabilities", ()),
        customer=customer,
        by=by,
        **step.when,
    )
    world.cases[step.key] = case
    for _ in story["scenarios"][1:]:
        drafting.add_scenario(case, by=by, **step.later(1))
    pages = pages_of(story, _scenario_keys(case), world)
    left_open = story.get("leave_open", ())
    _save(world, step, {key: page for key, page in pages.items() if key not in left_open})


def change(world: World, step: Step) -> None:
    """Other answers than before; ``drop`` names scenarios that go, ``add`` holds new ones."""
    case, by = world.case(step.key), world.person(step.by)
    keys = {one.get("name"): key for key, one in _drafts(case).items() if intake.is_scenario(key)}
    for name in step.given.get("drop", ()):
        drafting.remove_scenario(case, keys[name], by=by, **step.when)
    for _ in step.given.get("add", ()):
        drafting.add_scenario(case, by=by, **step.when)
    dropped = step.given.get("drop", ())
    scenarios = [one for one in step.story["scenarios"] if one["name"] not in dropped]
    story = {
        **step.story,
        **step.given.get("story", {}),
        "says": {**step.story.get("says", {}), **step.given.get("says", {})},
        "scenarios": [*scenarios, *step.given.get("add", ())],
    }
    _save(world, step, pages_of(story, _scenario_keys(case), world))


def file(world: World, step: Step) -> None:
    submitting.submit(world.case(step.key), truth=True, by=world.person(step.by), **step.when)


def attach(world: World, step: Step) -> None:
    declared, content = files.content(step.given["name"], step.given["lines"])
    evidence.add(
        world.case(step.key),
        name=step.given["name"],
        title=step.given.get("title", ""),
        declared=declared,
        content=content,
        by=world.person(step.by),
        **step.when,
    )


def invite(world: World, step: Step) -> None:
    co_authors.set_right(
        world.case(step.key),
        user=world.person(step.given["who"]),
        right=CoAuthorRight(step.given["right"]),
        by=world.person(step.by),
        **step.when,
    )


def answer(world: World, step: Step) -> None:
    """The oldest question that is still open."""
    question = (
        Question.objects.filter(review=world.review(step.key), answered_at__isnull=True)
        .order_by("asked_at", "pk")
        .first()
    )
    if question is not None:
        by = world.person(step.by)
        questions.answer(question, text=step.given["text"], by=by, **step.when)


def withdraw(world: World, step: Step) -> None:
    withdrawing.withdraw(world.case(step.key), by=world.person(step.by), **step.when)


def reopen(world: World, step: Step) -> None:
    withdrawing.reopen(world.case(step.key), by=world.person(step.by), **step.when)


def appeal(world: World, step: Step) -> None:
    by = world.person(step.by)
    appealing.appeal(world.case(step.key), grounds=step.given["grounds"], by=by, **step.when)


def _save(world: World, step: Step, pages: Pages) -> None:
    case, by = world.case(step.key), world.person(step.by)
    versions = dict(DraftPage.objects.filter(use_case=case).values_list("page", "version"))
    for number, (key, answers) in enumerate(pages.items(), start=1):
        drafting.save_page(
            case,
            key,
            answers=answers,
            version=versions.get(key, 0),
            by=by,
            **step.later(number * _MINUTES_A_PAGE),
        )


def _drafts(case: UseCase) -> dict[str, dict[str, object]]:
    rows = DraftPage.objects.filter(use_case=case).order_by("pk")
    return dict(rows.values_list("page", "answers"))


def _scenario_keys(case: UseCase) -> list[str]:
    return [key for key in _drafts(case) if intake.is_scenario(key)]
