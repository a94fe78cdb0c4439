"""The whole form of one case, from the few words that its story says."""

from collections.abc import Mapping
from typing import Any

from reviews.domain import intake
from reviews.models.intake_answers import with_catalogue
from reviews.services.demo.story import table
from reviews.services.demo.world import World

_SHARED = ("system", "people", "data", "oversight", "validity", "triggers", "deployment")
Pages = dict[str, dict[str, Any]]


def pages_of(story: Mapping[str, Any], scenario_keys: list[str], world: World) -> Pages:
    """Answers by page key: exactly the questions that apply to them.

    What the story does not say comes from the defaults of cases like it (``like``), then from
    those of all; a question that none of them answers stays open.
    """
    said = {**_usual(story), **_about(story, world), **story.get("says", {})}
    pages: Pages = {page: _fields(page, said) for page in _SHARED}
    for key, scenario in zip(scenario_keys, story["scenarios"], strict=True):
        pages[key] = _fields(key, {**table("defaults")["scenario"], **scenario})
    asked = intake.pages(with_catalogue(pages))
    return {page.key: _kept(pages[page.key], page) for page in asked}


def _usual(story: Mapping[str, Any]) -> dict[str, Any]:
    defaults = table("defaults")
    return {**defaults["all"], **defaults["like"].get(story.get("like", ""), {})}


def _about(story: Mapping[str, Any], world: World) -> dict[str, Any]:
    about = {
        "title": story["title"],
        "capabilities": story.get("capabilities", [intake.NO_CAPABILITY]),
        "lifecycle_stage": story["stage"],
        "contacts": f"{world.person(story['by'])}, {world.teams[story['team']]}",
        "for_customer": "no",
    }
    if "customer" in story:
        customer = world.customers[story["customer"]]
        about |= {
            "for_customer": "yes",
            "customer": str(customer.uid),
            "sector": customer.sector,
            "region": customer.country,
        }
    return about


def _fields(page: str, said: Mapping[str, Any]) -> dict[str, Any]:
    found = intake.blank(page)
    ids = [question.id for question in found.questions] if found else []
    return {field: said[field] for field in ids if field in said}


def _kept(answers: dict[str, Any], page: intake.Page) -> dict[str, Any]:
    return {field: value for field, value in answers.items() if page.question(field)}
