"""How a use case stands, in words, and what the reader can do about it now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain.enums import Action, State
from reviews.models import GateRule, UseCase, User
from reviews.permissions import deciding as deciding_rules
from reviews.permissions import use_cases as rules
from reviews.permissions.intake import can_read_draft
from reviews.permissions.involvement import Involvement
from reviews.permissions.outsiders import may_name_outsiders
from reviews.permissions.staffing import FreePeople, free_people
from reviews.selectors.conditions import PENDING, ConditionLine
from reviews.selectors.gate import senior_rules
from reviews.selectors.use_cases import Contents, Team
from reviews.web.forms.outsiders import CAPACITIES

TURNS = {
    State.DRAFT: gettext_lazy("The team is still writing. Nothing has been filed yet."),
    State.REFUSED: gettext_lazy(
        "The gate refused it. The team can change the answers and submit again."
    ),
    State.NEEDS_INFORMATION: gettext_lazy("It waits for the team's answers to the questions."),
    State.AWAITING_DECISION: gettext_lazy("The review is done. It waits for a lead to decide."),
    State.REFERRED: gettext_lazy("The panel has been asked for advice."),
    State.AWAITING_COUNTERSIGNATURE: gettext_lazy(
        "A lead has decided. It waits for a second lead to countersign."
    ),
    State.APPROVED: gettext_lazy("Every scenario is approved."),
    State.PARTLY_APPROVED: gettext_lazy("Some scenarios are approved, some declined."),
    State.DECLINED: gettext_lazy("Every scenario is declined. The team may appeal."),
    State.UNDER_APPEAL: gettext_lazy("The team appealed. Another lead looks at it again."),
    State.WITHDRAWN: gettext_lazy("The team withdrew it. It can be opened again."),
}


@dataclass(frozen=True, slots=True)
class Link:
    """One thing the reader can do, and where."""

    label: str
    url: str


def turn(use_case: UseCase, team: Team) -> str:
    """Whose turn it is. Reviewers are named to the office only: ``team.names`` is empty else."""
    state = use_case.current_state
    if state is not State.IN_REVIEW:
        return str(TURNS[state])
    if team.assigned < team.needed:
        return gettext("It waits for a lead to assign reviewers.")
    if team.names:
        return gettext("It waits for %(names)s.") % {"names": ", ".join(team.names)}
    return ngettext(
        "A reviewer is at work on it.", "%(count)d reviewers are at work on it.", team.assigned
    ) % {"count": team.assigned}


def people_short(use_case: UseCase) -> FreePeople | None:
    """Who is free for this case, where they are too few for what is still to be done."""
    if not (use_case.current_state.is_open or use_case.current_state is State.DRAFT):
        return None
    people = free_people(use_case)
    return None if people.enough else people


def warnings(use_case: UseCase, contents: Contents, short: FreePeople | None) -> list[str]:
    """What somebody must know before relying on this case. ``short``: see ``people_short``."""
    stale = [
        scenario.intended_use.name
        for scenario in contents.scenarios
        if scenario.decision and hasattr(scenario.decision, "stale")
    ]
    found = [
        gettext(
            "The decision on “%(name)s” no longer covers what the team does:"
            " answers that matter have changed since."
        )
        % {"name": name}
        for name in stale
    ]
    return [*found, *senior_decision(use_case), *([" ".join(short.sentences)] if short else [])]


def senior_decision(use_case: UseCase, rules: Sequence[GateRule] | None = None) -> list[str]:
    """What asks for a decision at a senior level, while there is still one to take.

    ``rules``: what a page has read of them; else one query.
    """
    if not use_case.current_state.is_open:
        return []
    return [
        gettext(
            "%(condition)s The decision is taken at a senior level (%(code)s): one lead decides,"
            " and it takes effect only with a second lead's signature."
        )
        % {"condition": rule.condition, "code": rule.code}
        for rule in (senior_rules(use_case) if rules is None else rules)
    ]


def brought_in(contents: Contents) -> list[str]:
    """Whom the office named for this one case."""
    return [
        gettext("%(person)s was brought in for this use case: %(what)s. %(reason)s")
        % {
            "person": row.person,
            "what": str(CAPACITIES[row.party]).lower(),
            "reason": row.reason,
        }
        for row in contents.brought_in
    ]


def imported_cells(contents: Contents) -> list[tuple[str, str]]:
    """Header and cell of the raw row, blank cells left out."""
    if contents.imported is None:
        return []
    header = contents.imported.run.header
    pairs = zip(header, contents.imported.cells, strict=True)
    return [(label, cell) for label, cell in pairs if cell.strip()]


def conditions_text(lines: Sequence[ConditionLine]) -> str:
    """Such as “2 of 5 still open”."""
    still = sum(line.state in PENDING for line in lines)
    return gettext("%(open)d of %(all)d still open") % {"open": still, "all": len(lines)}


def links(
    use_case: UseCase,
    user: User,
    part: Involvement,
    contents: Contents,
    team: Team,
    short: FreePeople | None,
) -> list[Link]:
    """What this person, with this part in the case, can do: the most pressing first."""
    here = [use_case.reference]
    offers = [
        (
            bool(contents.open_questions) and rules.can_answer_questions(user, use_case, part=part),
            gettext("Answer the reviewers' questions"),
            reverse("reviews:use_case_questions", args=here),
        ),
        (
            use_case.current_state is State.REFUSED and can_read_draft(user, use_case, part=part),
            gettext("Why it was refused, and what else is possible"),
            reverse("reviews:use_case_refused", args=here),
        ),
        (
            rules.can_edit(user, use_case, part=part),
            gettext("Change the answers")
            if contents.submissions
            else gettext("Go on with the form"),
            reverse("reviews:use_case_edit", args=here),
        ),
        (
            deciding_rules.can_decide(user, use_case, part=part),
            gettext("Decide"),
            reverse("reviews:decision", args=here),
        ),
        (
            deciding_rules.can_countersign(user, use_case, part=part),
            gettext("Countersign the decision"),
            reverse("reviews:countersign", args=here),
        ),
        (
            any(scenario.decision for scenario in contents.scenarios),
            gettext("Read the decision"),
            reverse("reviews:decision", args=here),
        ),
        (
            use_case.current_state in {State.APPROVED, State.PARTLY_APPROVED},
            gettext("Evaluations that come back"),
            reverse("reviews:evaluations", args=here),
        ),
        (
            bool(team.review_uid) and not part.on_requesters_side,
            gettext("Open the review desk"),
            reverse("reviews:review", args=[team.review_uid]) if team.review_uid else "",
        ),
        (
            deciding_rules.can_refer(user, use_case, part=part),
            gettext("Refer it to the panel"),
            reverse("reviews:refer", args=here),
        ),
        (
            deciding_rules.can_appeal(user, use_case, part=part),
            gettext("Appeal"),
            reverse("reviews:use_case_appeal", args=here),
        ),
        (
            short is not None and may_name_outsiders(user, use_case, part=part),
            gettext("Bring in somebody from outside"),
            reverse("reviews:use_case_outsiders", args=here),
        ),
        (
            rules.can_manage_co_authors(user, use_case, part=part),
            gettext("Co-authors"),
            reverse("reviews:use_case_co_authors", args=here),
        ),
        (
            rules.can_act(user, use_case, Action.WITHDRAW, part=part),
            gettext("Withdraw"),
            reverse("reviews:use_case_withdraw", args=here),
        ),
        (
            rules.can_act(user, use_case, Action.REOPEN, part=part),
            gettext("Open it again as a draft"),
            reverse("reviews:use_case_reopen", args=here),
        ),
    ]
    return [Link(label, url) for may, label, url in offers if may]
