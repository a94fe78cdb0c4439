"""A team's board in words: whose turn it is, and what it adds to the parts of the lead's board."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext

from reviews.domain.enums import State, Tone
from reviews.domain.tallies import IMPORTED, Period, took
from reviews.models import Team
from reviews.selectors.boards.figures import OPEN, Figures
from reviews.web.board_charts import parts_chart
from reviews.web.board_sections import (
    Row,
    Section,
    Table,
    Tile,
    cases_url,
    number,
    rows_url,
)
from reviews.web.lead_board_words import due_url

OURS = (State.DRAFT, State.NEEDS_INFORMATION, State.REFUSED)
"""States in which nothing goes on before the team acts."""


def tiles(
    found: Figures, counted: Mapping[str, int], period: Period, team: Team, *, on: date
) -> list[Tile]:
    ours, theirs = _turns(found)
    decided = took(found.took[0])
    median = (
        gettext("too few for a median")
        if decided.median is None
        else gettext("half within %(days)d working days") % {"days": decided.median}
    )
    bounds = {"first": period.first, "last": period.last, "team": team.uid}
    late = counted["conditions_overdue"]
    return [
        Tile(
            ours,
            gettext("The team's turn"),
            cases_url(team=team.uid, state=[state.value for state in OURS]),
            tone=Tone.CAUTION.value if ours else "",
        ),
        Tile(theirs, gettext("The office's turn"), cases_url(team=team.uid, state=_THEIRS)),
        Tile(decided.count, gettext("Decided"), rows_url("decisions", **bounds), median),
        Tile(
            late,
            gettext("Conditions overdue"),
            due_url("conditions_overdue", on=on, team=team.uid),
            tone=Tone.BAD.value if late else "",
        ),
    ]


_THEIRS = [state for state in OPEN if state != State.NEEDS_INFORMATION.value]


def turns_section(found: Figures, team: Team) -> Section:
    """Who has to act before anything goes on."""
    column = gettext("Use cases")
    said = {
        State.DRAFT: gettext("The team: finish and file it"),
        State.NEEDS_INFORMATION: gettext("The team: answer the questions"),
        State.REFUSED: gettext("The team: change it or withdraw it"),
        State.IN_REVIEW: gettext("The reviewers"),
        State.AWAITING_DECISION: gettext("A lead: decide"),
        State.REFERRED: gettext("The panel: advise"),
        State.AWAITING_COUNTERSIGNATURE: gettext("A second lead: countersign"),
        State.UNDER_APPEAL: gettext("Another lead: decide on the appeal"),
    }
    lines = [(state, words, _count(found, state)) for state, words in said.items()]
    return Section(
        "turns",
        gettext("Whose turn it is"),
        [
            Table(
                gettext("Use cases by who has to act"),
                gettext("Who"),
                [
                    Row(
                        words,
                        [number(column, count, cases_url(team=team.uid, state=state.value))],
                        note=str(state.label),
                    )
                    for state, words, count in lines
                ],
            )
        ],
        chart=parts_chart(
            gettext("Use cases by who has to act. The table below has the numbers."),
            [column],
            [(words, [count]) for _, words, count in lines],
        ),
        rows_url=cases_url(team=team.uid),
        rows_text=gettext("All use cases of the team"),
    )


def _turns(found: Figures) -> tuple[int, int]:
    ours = sum(_count(found, state) for state in OURS)
    return ours, sum(found.states[state] for state in _THEIRS)


def _count(found: Figures, state: State) -> int:
    """An imported case that was never filed is a draft of its team, too."""
    return found.states[state] + (found.states[IMPORTED] if state is State.DRAFT else 0)
