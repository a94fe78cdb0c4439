"""The lead's board in words: every count with the address of exactly its rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext

from reviews.domain.ageing import AGES
from reviews.domain.enums import GrantStanding, RequestStanding, State, Tone, VerdictValue
from reviews.domain.tallies import Period, by_week, share, took
from reviews.models import Capability, Requirement, Team
from reviews.selectors.boards.figures import OPEN, Figures
from reviews.selectors.boards.people import Load
from reviews.selectors.boards.row_filters import SOON
from reviews.web.board_charts import parts_chart, weeks_chart
from reviews.web.board_sections import (
    Cell,
    Row,
    Section,
    Table,
    Tile,
    age_cells,
    age_label,
    cases_url,
    list_url,
    number,
    rows_url,
    took_cells,
    week_words,
)

SHOWN_TEAMS = 15
"""Teams on the board, those with the most open cases; each further one is on its own board."""
FAILING = 10
"""Requirements of the checklist that stand open on the board; the others are a click away."""
VERDICTS = (
    VerdictValue.NOT_MET,
    VerdictValue.PARTLY,
    VerdictValue.MET,
    VerdictValue.NOT_APPLICABLE,
)
"""What fails stands first."""


def tiles(found: Figures, counted: Mapping[str, int], period: Period, *, on: date) -> list[Tile]:
    """The board in a line."""
    bounds = {"first": period.first, "last": period.last}
    waiting = sum(found.states[state] for state in OPEN)
    decided = took(found.took[0])
    median = (
        gettext("too few for a median")
        if decided.median is None
        else gettext("half within %(days)d working days") % {"days": decided.median}
    )
    return [
        Tile(waiting, gettext("In review now"), cases_url(state=OPEN)),
        Tile(sum(found.filed.values()), gettext("Filed"), rows_url("filings", **bounds)),
        Tile(decided.count, gettext("Decided"), rows_url("decisions", **bounds), median),
        _due(counted, "conditions_overdue", gettext("Conditions overdue"), Tone.BAD),
        _due(counted, "rereviews_due", gettext("Re-reviews due"), Tone.CAUTION, on=on),
        _due(counted, "grants_lapsed", gettext("Grants lapsed"), Tone.BAD),
    ]


def _due(
    counted: Mapping[str, int], name: str, label: str, tone: Tone, *, on: date | None = None
) -> Tile:
    url = due_url(name, on=on or date.min)
    return Tile(counted[name], label, url, tone=tone.value if counted[name] else "")


def due_url(name: str, *, on: date, team: object = None) -> str:
    """The list behind one of the counts of what is or comes due."""
    soon = on + timedelta(days=SOON) if on != date.min else None
    of = {"team": team}
    return {
        "conditions_overdue": rows_url("conditions", due="overdue", **of),
        "conditions_soon": rows_url("conditions", due="soon", **of),
        "conditions_later": rows_url("conditions", due="later", **of),
        "rereviews_due": cases_url(rereview_by=on, **of),
        "rereviews_soon": cases_url(rereview_by=soon, **of),
        "grants_lapsed": list_url("access_grants", standing=GrantStanding.LAPSED.value, **of),
        "grants_soon": list_url(
            "access_grants", standing=GrantStanding.RUNNING.value, due_by=soon, **of
        ),
        "exceptions_soon": list_url(
            "access_exceptions", standing=RequestStanding.GRANTED.value, ends_by=soon, **of
        ),
    }[name]


def due_section(counted: Mapping[str, int], *, on: date, team: object = None) -> Section:
    """Conditions, grants, exceptions and re-reviews by when they come up."""
    words = {
        "conditions_overdue": gettext("Conditions overdue"),
        "conditions_soon": gettext("Conditions due within 30 days"),
        "conditions_later": gettext("Conditions due later"),
        "grants_lapsed": gettext("Grants lapsed, not re-verified"),
        "grants_soon": gettext("Grants to re-verify within 30 days"),
        "exceptions_soon": gettext("Exceptions that end within 30 days"),
        "rereviews_due": gettext("Re-reviews due"),
        "rereviews_soon": gettext("Re-reviews due within 30 days, with those due now"),
    }
    column = gettext("How many")
    rows = [
        Row(label, [number(column, counted[name], due_url(name, on=on, team=team))])
        for name, label in words.items()
        if name in counted
    ]
    return Section(
        "due",
        gettext("What is due"),
        [Table(gettext("What is due"), gettext("What"), rows)],
        chart=parts_chart(
            gettext("What is due, as bars. The numbers stand in the table below."),
            [column],
            [(label, [counted[name]]) for name, label in words.items() if name in counted],
        ),
        rows_url=rows_url("conditions", team=team),
        rows_text=gettext("Every condition in force"),
    )


def intake_section(found: Figures, period: Period, *, team: object = None) -> Section:
    """First submissions by week."""
    weeks = by_week(found.filed, period)
    bounds = {"first": period.first, "last": period.last, "team": team}
    rows = [
        Row(
            week_words(week)[1],
            [
                number(
                    gettext("Filed"),
                    count,
                    rows_url("filings", first=week.first, last=week.last, team=team),
                )
            ],
        )
        for week, count in reversed(weeks)
    ]
    return Section(
        "intake",
        gettext("Intake per week"),
        [Table(gettext("Use cases filed for the first time, by week"), gettext("Week"), rows)],
        lead=gettext("Use cases filed for the first time. Filing again does not count."),
        chart=weeks_chart(
            gettext("Use cases filed by week. The numbers stand in the table below."),
            [(*_bar(week, count), count) for week, count in weeks],
        ),
        rows_url=rows_url("filings", **bounds),
        rows_text=gettext("All that were filed"),
    )


def _bar(week: Period, count: int) -> tuple[str, str]:
    short, full = week_words(week)
    return short, f"{full}: {count:,}"


def states_section(found: Figures, *, on: date, team: object = None) -> Section:
    """Where the cases are, and how long those in review have been where they are."""
    of = {"team": team} if team else {}
    states = [State(value) for value in OPEN]
    rows = [
        Row(
            str(state.label),
            [
                number(
                    gettext("Now"),
                    found.states[state],
                    cases_url(state=state.value, **of),
                ),
                *age_cells(found.ages[state.value], on=on, state=state.value, **of),
            ],
        )
        for state in states
    ]
    return Section(
        "states",
        gettext("How long they wait"),
        [
            Table(gettext("Open use cases by state and days in it"), gettext("State"), rows),
            _closed(found, of),
        ],
        lead=gettext("Days in the state that it is in now, counted in UTC."),
        chart=parts_chart(
            gettext("Open use cases by state and days in it. The table below has the numbers."),
            [age_label(age) for age in AGES],
            [
                (str(state.label), [found.ages[state.value][age.name] for age in AGES])
                for state in states
            ],
        ),
        rows_url=cases_url(state=OPEN, **of),
        rows_text=gettext("All open use cases"),
    )


def _closed(found: Figures, of: Mapping[str, object]) -> Table:
    """States in which nobody at the office has to act. Drafts are their team's own business."""
    own = bool(of)
    states = [state for state in State if not state.is_open and (own or state is not State.DRAFT)]
    rows = [
        Row(
            str(state.label),
            [number(gettext("Now"), found.states[state], cases_url(state=state.value, **of))],
        )
        for state in states
        if state is not State.DRAFT
    ]
    filed, imported = found.states[State.DRAFT], found.states["imported"]
    if own:
        url = cases_url(state=State.DRAFT.value, **of)
        rows.insert(0, Row(str(State.DRAFT.label), [number(gettext("Now"), filed + imported, url)]))
    else:
        url = cases_url(state=State.DRAFT.value, origin="imported")
        rows.append(
            Row(gettext("Imported, not filed yet"), [number(gettext("Now"), imported, url)])
        )
    return Table(gettext("The other use cases"), gettext("State"), rows)


def cuts_section(
    found: Figures,
    teams: Sequence[Team],
    capabilities: Sequence[Capability],
    period: Period,
    *,
    on: date,
    opens_teams: bool,
) -> Section:
    """The same by team and by capability. ``opens_teams``: the reader may open a team's board."""
    bounds = {"first": period.first, "last": period.last}
    by_team = [
        Row(
            team.name,
            [
                number(
                    gettext("Filed"),
                    found.filed_by_team[team.pk],
                    rows_url("filings", **bounds, team=team.uid),
                ),
                *_open_cells(
                    found.by_team.get(team.pk, {}),
                    found.team_ages.get(team.pk, {}),
                    on=on,
                    team=team.uid,
                ),
            ],
            url=reverse("reviews:team_board", args=[team.uid]) if opens_teams else "",
        )
        for team in teams
    ]
    by_capability = [
        Row(
            one.name,
            [
                number(
                    gettext("Filed"),
                    found.filed_by_capability[one.pk],
                    rows_url("filings", **bounds, capability=one.slug),
                ),
                *_open_cells(
                    found.by_capability.get(one.pk, {}),
                    found.capability_ages.get(one.pk, {}),
                    on=on,
                    capability=one.slug,
                ),
            ],
        )
        for one in capabilities
        if found.filed_by_capability[one.pk] or _waiting(found.by_capability.get(one.pk, {}))
    ]
    return Section(
        "cuts",
        gettext("By capability and team"),
        [
            Table(
                gettext("By capability"),
                gettext("Capability"),
                by_capability,
                gettext(
                    "Nothing that asks for a capability of the catalogue was filed or is open."
                ),
            ),
            Table(
                gettext("By team: the %(count)d with the most open") % {"count": SHOWN_TEAMS},
                gettext("Team"),
                by_team,
                gettext("No team has anything open."),
            ),
        ],
        lead=gettext("A use case that asks for two capabilities stands in both lines."),
        rows_url=list_url("teams"),
        rows_text=gettext("All teams"),
    )


def _waiting(states: Mapping[str, int]) -> int:
    return sum(states.get(state, 0) for state in OPEN)


def _open_cells(
    states: Mapping[str, int], ages: Mapping[str, int], *, on: date, **query: object
) -> list[Cell]:
    return [
        number(gettext("Open"), _waiting(states), cases_url(state=OPEN, **query)),
        *age_cells(ages, on=on, state=OPEN, **query),
    ]


def decisions_section(
    found: Figures, capabilities: Sequence[Capability], period: Period, *, team: object = None
) -> Section:
    """Working days from the opening of the round to the day the decision took effect."""
    bounds = {"first": period.first, "last": period.last, "team": team}
    everything = Row(
        gettext("All decisions"), took_cells(took(found.took[0]), rows_url("decisions", **bounds))
    )
    by_capability = [
        Row(
            one.name,
            took_cells(
                took(found.took[one.pk]), rows_url("decisions", **bounds, capability=one.slug)
            ),
        )
        for one in capabilities
        if one.pk in found.took
    ]
    bands = _bands(found.took[0])
    column = gettext("Decisions")
    tables = [
        Table(gettext("Working days to a decision"), gettext("Which"), [everything]),
        Table(
            gettext("Decisions by working days"),
            gettext("Took"),
            [
                Row(
                    words,
                    [
                        number(
                            column,
                            count,
                            rows_url("decisions", **bounds, took_from=low, took_to=high),
                        )
                    ],
                )
                for words, low, high, count in bands
            ],
        ),
    ]
    if by_capability:
        caption = gettext("Working days to a decision by capability")
        tables.append(Table(caption, gettext("Capability"), by_capability))
    return Section(
        "decisions",
        gettext("Time to decision"),
        tables,
        lead=gettext(
            "Mondays to Fridays from the opening of the review to the day its decision took"
            " effect; holidays are not taken off. A median of fewer than 5 is not shown."
        ),
        chart=parts_chart(
            gettext("How many decisions took how many working days. The table has the numbers."),
            [column],
            [(words, [count]) for words, _, _, count in bands],
        ),
        rows_url=rows_url("decisions", **bounds),
        rows_text=gettext("Every decision with its days"),
    )


def _bands(histogram: Mapping[int, int]) -> list[tuple[str, int, int | None, int]]:
    """Words, fewest days, most days, how many."""
    found = []
    for low, high in ((0, 5), (6, 10), (11, 20), (21, 40), (41, None)):
        count = sum(n for days, n in histogram.items() if low <= days <= (high or days))
        words = (
            gettext("%(low)d to %(high)d working days") % {"low": low, "high": high}
            if high is not None
            else gettext("over %(days)d working days") % {"days": low - 1}
        )
        found.append((words, low, high, count))
    return found


def workload_section(people: Sequence[tuple[str, str, Load]]) -> Section:
    """``people``: name, user name, load; the busiest first."""
    rows = [
        Row(
            name,
            [
                number(gettext("Open reviews"), load.reviews, cases_url(reviewing=username)),
                Cell(gettext("Items left to judge"), str(load.items)),
            ],
        )
        for name, username, load in people
    ]
    return Section(
        "workload",
        gettext("Workload per reviewer"),
        [
            Table(
                gettext("Open reviews per reviewer"),
                gettext("Reviewer"),
                rows,
                gettext("Nobody reviews anything at the moment."),
            )
        ],
        lead=gettext("Reviews that they are assigned to and have not signed off."),
        chart=parts_chart(
            gettext("Required items left to judge, per reviewer. The table has the numbers."),
            [gettext("Items left to judge")],
            [(name, [load.items]) for name, _, load in people],
        ),
        rows_url=cases_url(state=[State.IN_REVIEW.value, State.NEEDS_INFORMATION.value]),
        rows_text=gettext("Everything that reviewers work on"),
    )


def refusals_section(
    found: Figures, titles: Mapping[str, str], period: Period, *, team: object = None
) -> Section:
    """Which rules of the gate stop filings."""
    bounds = {"first": period.first, "last": period.last, "team": team}
    ordered = sorted(found.refused.items(), key=lambda one: (-one[1], one[0]))
    rows = [
        Row(
            rule,
            [number(gettext("Refusals"), count, rows_url("refusals", **bounds, rule=rule))],
            note=titles.get(rule, ""),
        )
        for rule, count in ordered
    ]
    return Section(
        "refusals",
        gettext("Hard stops and refusals by rule"),
        [
            Table(
                gettext("Refusals at filing by rule of the gate"),
                gettext("Rule"),
                rows,
                gettext("The gate refused nothing in this time."),
            )
        ],
        lead=gettext("Filings that the gate refused. One refusal may rest on several rules."),
        chart=parts_chart(
            gettext("Refusals by rule. The numbers stand in the table below."),
            [gettext("Refusals")],
            [(rule, [count]) for rule, count in ordered[:12]],
        ),
        rows_url=rows_url("refusals", **bounds),
        rows_text=gettext("Every refusal"),
    )


def coverage_section(
    found: Figures, requirements: Sequence[Requirement], period: Period
) -> Section:
    """Which requirements fail most, in decided rounds."""
    bounds = {"first": period.first, "last": period.last}
    judged = list(_by_code(found, requirements).values())
    judged.sort(key=lambda one: (-_failing(one[1]), -sum(one[1].values()), one[0].code))
    goals: dict[str, list[int]] = {}
    for one, counted in judged:
        line = goals.setdefault(f"{one.goal.code} {one.goal.name}", [0] * len(VERDICTS))
        for place, value in enumerate(VERDICTS):
            line[place] += counted[value]
    rows = [
        Row(
            one.code,
            [
                *(
                    number(
                        str(value.label),
                        counted[value],
                        rows_url("verdicts", **bounds, requirement=one.code, value=value.value),
                    )
                    for value in VERDICTS
                ),
                Cell(gettext("Fails"), f"{_failing(counted)} %"),
            ],
            note=one.question,
        )
        for one, counted in judged
    ]
    return Section(
        "coverage",
        gettext("Checklist coverage"),
        [
            Table(
                gettext("Requirements that fail most"),
                gettext("Requirement"),
                rows[:FAILING],
                gettext("No review of this time has led to a decision yet."),
            ),
            *(
                [Table(gettext("The others"), gettext("Requirement"), rows[FAILING:])]
                if rows[FAILING:]
                else []
            ),
        ],
        lead=gettext(
            "Verdicts of reviews whose decision took effect; “fails” is not met or partly met, of"
            " those that apply."
        ),
        chart=parts_chart(
            gettext("Verdicts by goal. The table below has them by requirement."),
            [str(value.label) for value in VERDICTS],
            sorted(goals.items()),
        ),
        rows_url=rows_url("verdicts", **bounds),
        rows_text=gettext("Every verdict"),
    )


def _by_code(
    found: Figures, requirements: Sequence[Requirement]
) -> dict[str, tuple[Requirement, Counter[str]]]:
    """All versions of a requirement together, in the words of the newest."""
    judged: dict[str, tuple[Requirement, Counter[str]]] = {}
    for one in sorted(requirements, key=lambda one: one.version):
        counted = judged.get(one.code, (one, Counter()))[1]
        judged[one.code] = (one, counted + found.verdicts[one.pk])
    return judged


def _failing(counted: Mapping[str, int]) -> int:
    """Percent of those that apply."""
    bad = counted.get(VerdictValue.NOT_MET, 0) + counted.get(VerdictValue.PARTLY, 0)
    return share(bad, bad + counted.get(VerdictValue.MET, 0)) or 0
