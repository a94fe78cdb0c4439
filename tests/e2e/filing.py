"""Cases of an imported inventory, filed by their team on the day before: the queue of a review day.

Every answer that the inventory gave stays; the rest says as little as a short form may.
"""

from collections.abc import Mapping
from datetime import date, datetime

from reviews.domain import intake
from reviews.domain.enums import Origin, State
from reviews.models import UseCase, User
from reviews.models.intake_answers import read_answers
from reviews.services import gate_check, submitting, teams
from tests import builders_intake as forms

SENSITIVE_IS = 5
WORDS = "We wrote down how it works and who answers for it."
SENSITIVE = {"triggers": {"consequential_impact": "yes", "trigger_details": "A place depends."}}


def file_ten(*, by: User, lead: User, at: datetime, on: date, count: int = 10) -> list[str]:
    """The references, oldest first; the sixth is a sensitive use, and only that one."""
    found: list[str] = []
    drafts = UseCase.objects.filter(
        origin=Origin.IMPORTED, state=State.DRAFT, gate_answer__in=["", "open"]
    )
    for case in drafts.order_by("reference")[2:]:
        if not case.team.memberships.filter(user=by).exists():
            teams.add_member(case.team, person=by, by=lead, at=at, on=on)
        wanted = len(found) == SENSITIVE_IS
        _fill(case, SENSITIVE if wanted else {}, by=by, at=at, on=on)
        if gate_check.ask(case, read_answers(case), on=on).is_sensitive is not wanted:
            continue
        submitting.submit(case, truth=True, by=by, at=at, on=on)
        found.append(case.reference)
        if len(found) == count:
            break
    return found


def _fill(
    case: UseCase, more: Mapping[str, Mapping[str, object]], *, by: User, at: datetime, on: date
) -> None:
    wanted = forms.merged(forms.SHORT, more)
    scenario = forms.first_scenario(case)
    for _ in range(4):  # an answer may open questions on an earlier page
        pages = intake.pages(read_answers(case))
        for page in pages:
            usual = wanted.get(forms.SCENARIO if page.key == scenario else page.key, {})
            said = read_answers(case).get(page.key, {})
            fields = {
                question.id: usual.get(question.id) or _word(question)
                for question in page.questions
                if question.required and said.get(question.id) in (None, "", [])
            }
            if page.key in more:
                fields |= more[page.key]
            if fields:
                forms.fill(case, page.key, fields, by=by, at=at, on=on)
        if not intake.missing(read_answers(case)):
            return
    raise AssertionError(intake.missing(read_answers(case)))


def _word(question: intake.Question) -> object:
    values = [option.value for option in question.choices]
    if not values:
        return WORDS
    value = next((one for one in values if one in ("no", "none", "general")), values[0])
    return [value] if question.kind is intake.Kind.CAPABILITIES else value
