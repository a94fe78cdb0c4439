"""The whole form: its pages in order, and which of their questions apply to given answers."""

from dataclasses import replace

from reviews.domain.intake.about import SCENARIO as SCENARIO_PAGE
from reviews.domain.intake.about import SYSTEM
from reviews.domain.intake.grounds import DATA, OVERSIGHT, VALIDITY
from reviews.domain.intake.people import PEOPLE
from reviews.domain.intake.questions import Answers, Page, Question
from reviews.domain.intake.risks import DEPLOYMENT, TRIGGERS
from reviews.domain.intake.rules import SCENARIO, scenario_keys

_AFTER = (PEOPLE, DATA, OVERSIGHT, VALIDITY, TRIGGERS, DEPLOYMENT)
_BY_KEY = {page.key: page for page in (SYSTEM, SCENARIO_PAGE, *_AFTER)}


def blank(page_key: str) -> Page | None:
    """The page with every question it could ask; ``None`` for a key that is no page."""
    if page_key.startswith(f"{SCENARIO}:"):
        return replace(SCENARIO_PAGE, key=page_key)
    page = _BY_KEY.get(page_key)
    return None if page is None or page.key == SCENARIO else page


def pages(answers: Answers) -> list[Page]:
    """The pages in order, each with exactly the questions that apply to these answers."""
    return [_asked(page, answers) for page in _all_pages(answers)]


def page(answers: Answers, page_key: str) -> Page | None:
    """One page with the questions that apply; ``None`` for a key that is no page."""
    found = blank(page_key)
    return None if found is None else _asked(found, answers)


def fields_on(answers: Answers, page_key: str) -> tuple[Question, ...]:
    """What a form has to draw: questions that apply, and those that the page itself may open.

    The second kind depends on another answer of the same page, so they must be there for a person
    whose browser runs no script.
    """
    found = blank(page_key)
    if found is None:
        return ()
    return tuple(
        question
        for question in found.questions
        if question.shown.holds(answers, page_key) or question.shown.could_hold(answers, page_key)
    )


def question(page_key: str, field_id: str) -> Question:
    """The question behind a field. Raises ``KeyError`` for one that the form does not have."""
    found = blank(page_key)
    asked = found.question(field_id) if found else None
    if asked is None:
        raise KeyError(f"{page_key}.{field_id}")
    return asked


def _asked(page: Page, answers: Answers) -> Page:
    shown = tuple(q for q in page.questions if q.shown.holds(answers, page.key))
    title = page.title
    if page.key.startswith(f"{SCENARIO}:"):
        title = str(answers.get(page.key, {}).get("name") or page.title)
    return replace(page, title=title, questions=shown)


def _all_pages(answers: Answers) -> list[Page]:
    scenarios = [replace(SCENARIO_PAGE, key=key) for key in scenario_keys(answers)]
    return [SYSTEM, *scenarios, *_AFTER]
