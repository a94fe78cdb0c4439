"""What a decision is about to do, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reviews.domain.decisions import ScenarioDecision
from reviews.domain.enums import Action, Outcome
from reviews.domain.rereview import next_rereview_on
from reviews.domain.workflow import next_state, result_action
from reviews.models import IntendedUse, UseCase, User

DAY = "j F Y"


@dataclass(frozen=True, slots=True)
class Preview:
    """One scenario as it is about to be decided."""

    decision: ScenarioDecision[IntendedUse, User]
    outcome: Outcome


def previews(decisions: Sequence[ScenarioDecision[IntendedUse, User]]) -> list[Preview]:
    return [Preview(decision, Outcome(decision.outcome)) for decision in decisions]


def effects(
    use_case: UseCase,
    decisions: Sequence[ScenarioDecision[IntendedUse, User]],
    *,
    sensitive: bool,
    unmet: int,
    on: date,
) -> list[str]:
    """The exact consequences of recording these decisions today, before the button that does it."""
    action = result_action([Outcome(decision.outcome) for decision in decisions])
    state = next_state(use_case.state, action).label
    return list(_effects(str(state), action, sensitive=sensitive, unmet=unmet, on=on))


def _effects(state: str, action: Action, *, sensitive: bool, unmet: int, on: date) -> Iterator[str]:
    if sensitive:
        yield gettext(
            "This is a sensitive use: a second lead has to countersign before anything takes"
            " effect. Until then the team sees no outcome."
        )
        yield gettext("Once countersigned, the use case becomes “%(state)s”.") % {"state": state}
    else:
        yield gettext(
            "The use case becomes “%(state)s” at once, and the team reads the reasons."
        ) % {"state": state}
    if unmet:
        yield ngettext(
            "%(count)d open condition of the earlier decision is no longer required.",
            "%(count)d open conditions of the earlier decision are no longer required.",
            unmet,
        ) % {"count": unmet}
    if action is not Action.DECLINE and not sensitive:
        yield gettext("The re-review is due on %(day)s.") % {
            "day": date_format(next_rereview_on(on), DAY)
        }
    yield gettext("A decision is never edited. A later one supersedes it.")
