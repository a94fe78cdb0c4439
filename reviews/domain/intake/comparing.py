"""Two sets of answers, field by field."""

from dataclasses import dataclass

from reviews.domain.intake.form import blank, pages
from reviews.domain.intake.questions import Answers
from reviews.domain.intake.reading import value_text
from reviews.domain.intake.snapshots import is_hash
from reviews.domain.texts import translate


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that reads otherwise. An empty side had no answer there."""

    page: str
    page_title: str
    field: str
    label: str
    old: str
    new: str
    is_material: bool
    is_personal: bool


def compare(old: Answers, new: Answers) -> list[Difference]:
    """What differs, in the order of the form; pages that only one side has come with it.

    Where a side holds only the salted hash of a personal answer, that answer cannot be compared
    and is left out; put the texts back first (see ``SubmissionPerson``) to compare them, too.
    """
    found = []
    for key, title in _keys(old, new).items():
        found += _page_differences(key, title, old, new)
    return found


def material_changes(old: Answers, new: Answers) -> list[tuple[str, str]]:
    """Page and field of each change that makes a decision stale.

    A scenario that came or went counts as a change of its name.
    """
    changed = [(one.page, one.field) for one in compare(old, new) if one.is_material]
    scenarios = {key for key in (*old, *new) if key.startswith("scenario:")}
    moved = {key for key in scenarios if (key in old) != (key in new)}
    return changed + [(key, "name") for key in sorted(moved)]


def _keys(old: Answers, new: Answers) -> dict[str, str]:
    """Page keys in reading order; scenarios of the old side that are gone stay in their place."""
    titles = {page.key: translate(page.title) for page in pages(old)} | {
        page.key: translate(page.title) for page in pages(new)
    }
    order = [page.key for page in pages(old)]
    fresh = [page.key for page in pages(new) if page.key not in order]
    first = next((i for i, key in enumerate(order) if key == "people"), len(order))
    return {key: titles[key] for key in [*order[:first], *fresh, *order[first:]]}


def _page_differences(key: str, title: str, old: Answers, new: Answers) -> list[Difference]:
    page = blank(key)
    before, after = old.get(key, {}), new.get(key, {})
    found = []
    for question in page.questions if page else ():
        was, now = before.get(question.id), after.get(question.id)
        if (was or None) == (now or None) or (is_hash(was) and now) or (is_hash(now) and was):
            continue
        found.append(
            Difference(
                key,
                title,
                question.id,
                translate(question.label),
                value_text(question, was, old),
                value_text(question, now, new),
                question.material,
                question.personal,
            )
        )
    return found
