"""Actions on many cases in words: what would happen, what happened, what became of it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain.many import Effect
from reviews.services.bulk import ASSIGN
from reviews.services.reminding.nudges import REMIND

TITLES: dict[str, tuple[Any, Any]] = {
    ASSIGN: (gettext_lazy("Assign a reviewer to many"), gettext_lazy("Assign")),
    REMIND: (gettext_lazy("Remind whom they wait for"), gettext_lazy("Send the reminders")),
}
_MOST_REASONS = 4


def will(action: str, effect: Effect[str], who: str) -> str:
    """“9 will be assigned to Ada Byron, 2 skipped: on the team”."""
    count = len(effect.reached)
    if action == ASSIGN:
        said = ngettext(
            "%(n)d will be assigned to %(who)s", "%(n)d will be assigned to %(who)s", count
        )
    else:
        said = ngettext(
            "Reminders about %(n)d use case will be sent",
            "Reminders about %(n)d use cases will be sent",
            count,
        )
    return ", ".join(filter(None, [said % {"n": count, "who": who}, _skipped(effect)]))


def done(action: str, count: int) -> str:
    if action == ASSIGN:
        said = ngettext("%(n)d use case was assigned.", "%(n)d use cases were assigned.", count)
    else:
        said = ngettext(
            "Reminders about %(n)d use case leave in ten minutes.",
            "Reminders about %(n)d use cases leave in ten minutes.",
            count,
        )
    return said % {"n": count}


def undone(count: int, kept: int) -> str:
    said = ngettext("%(n)d was taken back.", "%(n)d were taken back.", count) % {"n": count}
    if kept:
        stays = ngettext("%(n)d stays, and says why.", "%(n)d stay, and say why.", kept)
        said = f"{said} {stays % {'n': kept}}"
    return said


def chosen(count: int) -> str:
    return ngettext("%(n)d use case chosen.", "%(n)d use cases chosen.", count) % {"n": count}


def _skipped(effect: Effect[str]) -> str:
    if not effect.skipped:
        return ""
    count = len(effect.skipped)
    reasons = [str(reason).rstrip(".") for reason in effect.reasons]
    shown = "; ".join(reasons[:_MOST_REASONS])
    if len(reasons) > _MOST_REASONS:
        shown += "; …"
    said = ngettext("%(n)d skipped: %(why)s", "%(n)d skipped: %(why)s", count)
    return said % {"n": count, "why": shown}


def became(row: Mapping[str, Any]) -> str:
    """What the undo did to a row; nothing before it."""
    return (row["kept"] or gettext("taken back")) if "kept" in row else ""
