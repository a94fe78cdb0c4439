"""Words of the sunset register: how long is left, what troubles a row, why one is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain.enums import (
    AuditKind,
    ChangedPart,
    DeploymentStatus,
    ReminderState,
    RequestState,
    Tone,
    Trouble,
)
from reviews.domain.sunset import Effect, Skip
from reviews.models import DeploymentAnswer, Extension, RegisterChange, Reminder
from reviews.selectors.sunset.deployments import Happened
from reviews.selectors.sunset.register import Line
from reviews.web import access_words, presenters
from reviews.web.access_words import Badge
from reviews.web.gate_words import in_words as day

WHY_SKIPPED: Mapping[Skip, Any] = {
    Skip.SAME_STATUS: gettext_lazy("have this status already"),
    Skip.NO_PLAN: gettext_lazy("no plan on record"),
    Skip.SAME_OWNER: gettext_lazy("owned by this person already"),
    Skip.NOT_RUNNING: gettext_lazy("no longer running"),
    Skip.NO_DEADLINE: gettext_lazy("nothing ends"),
    Skip.ACKNOWLEDGED: gettext_lazy("acknowledged"),
    Skip.PLAN_FILED: gettext_lazy("plan filed"),
    Skip.MIGRATING: gettext_lazy("migrating"),
    Skip.SNOOZED: gettext_lazy("snoozed"),
    Skip.NO_CONTACT: gettext_lazy("no contact who can be reached"),
    Skip.REMINDED_TODAY: gettext_lazy("reminded today already"),
}

WHY_NOT_SENT: Mapping[str, Any] = {
    "nearer_step": gettext_lazy("a nearer step was due"),
    "same_day": gettext_lazy("another step of that day says it"),
    "no_recipient": gettext_lazy("there was nobody to tell"),
    "not_addressed": gettext_lazy("no longer the person to tell"),
    "acknowledged": gettext_lazy("it had been acknowledged"),
    "plan_filed": gettext_lazy("a plan had been filed"),
    "migrating": gettext_lazy("the customer was migrating"),
    "snoozed": gettext_lazy("the customer had asked for peace"),
    "refused": gettext_lazy("the mail server refused it"),
    "given_up": gettext_lazy("given up after repeated failures"),
    "discarded": gettext_lazy("discarded while it was held"),
    "cancelled": gettext_lazy("a person cancelled it"),
    "closed": gettext_lazy("the matter was settled"),
    "nothing_to_say": gettext_lazy("nothing was left to say"),
}
"""By the code that the ledger keeps; a code that is not here says nothing more than the state."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A row of the ledger as it is shown."""

    one: Reminder
    badge: Badge
    why: str


def ledger(reminders: Iterable[Reminder]) -> list[LedgerLine]:
    """Each row with its state, and why nothing left where that is known."""
    return [
        LedgerLine(one, _state_of(one), str(WHY_NOT_SENT.get(one.reason, ""))) for one in reminders
    ]


def _state_of(one: Reminder) -> Badge:
    state = ReminderState(one.state)
    return Badge(str(state.label), state.tone)


FIGURES: Mapping[str, tuple[Any, Tone]] = {
    "running": (gettext_lazy("still running"), Tone.NEUTRAL),
    "overdue": (gettext_lazy("overdue"), Tone.BAD),
    "due_soon": (gettext_lazy("due within 30 days"), Tone.CAUTION),
    "trouble": (gettext_lazy("not surely reached"), Tone.BAD),
    "asked": (gettext_lazy("extensions asked for"), Tone.WAITING),
}

CLOSED_BECAUSE: Mapping[DeploymentStatus, Any] = {
    DeploymentStatus.DISCONTINUED: gettext_lazy("It has stopped. Nobody is reminded any more."),
    DeploymentStatus.NOT_THEIRS: gettext_lazy(
        "It is not this customer's. Nobody is reminded any more."
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the register in words."""

    line: Line
    last: Badge | None
    zone: str
    heard: str
    troubles: list[Badge]
    extension: Badge | None


def row(line: Line, *, with_contacts: bool) -> Row:
    """``with_contacts``: the reader may know how the contacts stand."""
    return Row(
        line=line,
        last=left(line.days_left),
        zone=line.row.time_zone.replace("_", " "),
        heard=_heard(line),
        troubles=[trouble(one) for one in line.troubles] if with_contacts else [],
        extension=extension(line.extension) if line.row.current_status.is_running else None,
    )


def left(days: int | None) -> Badge | None:
    """Nothing where nothing ends."""
    if days is None:
        return None
    tone = Tone.BAD if days < 0 else Tone.CAUTION if days <= 30 else Tone.INFO
    return Badge(access_words.days_left(days), tone)


def trouble(one: Trouble) -> Badge:
    return Badge(str(one.label), Tone.BAD)


def extension(row: Extension | None) -> Badge | None:
    """How the newest request for more time stands."""
    if row is None:
        return None
    words = {
        RequestState.ASKED: gettext("extension to %(day)s asked for"),
        RequestState.GRANTED: gettext("extended to %(day)s"),
        RequestState.REFUSED: gettext("extension to %(day)s refused"),
    }
    said = words.get(row.current_state, str(row.current_state.label))
    return Badge(said % {"day": day(row.until)}, row.current_state.tone)


def _heard(line: Line) -> str:
    if line.heard_at is not None:
        return gettext("Heard on %(day)s") % {"day": day(line.heard_at.date())}
    return gettext("Silent since %(day)s") % {"day": day(line.silent_since.date())}


# Many at once -------------------------------------------------------------------------------------


def skipped(effect: Effect) -> str:
    """“2 skipped: acknowledged”, “5 skipped: 3 acknowledged, 2 no longer running”, or nothing."""
    reasons = effect.reasons
    if not reasons:
        return ""
    words = [str(WHY_SKIPPED[reason]) for reason in reasons]
    if len(reasons) > 1:
        words = [f"{count} {word}" for count, word in zip(reasons.values(), words, strict=True)]
    return gettext("%(count)d skipped: %(reasons)s") % {
        "count": len(effect.skipped),
        "reasons": ", ".join(words),
    }


def will(action: str, effect: Effect) -> str:
    """What would happen: “9 will be reminded, 2 skipped: acknowledged”."""
    count = len(effect.reached)
    said = {
        "remind": gettext("%(count)d will be reminded"),
        "owner": ngettext(
            "%(count)d deployment gets another owner",
            "%(count)d deployments get another owner",
            count,
        ),
        "status": ngettext(
            "%(count)d deployment gets another status",
            "%(count)d deployments get another status",
            count,
        ),
    }[action] % {"count": count}
    return ", ".join(filter(None, [said, skipped(effect)]))


def done(action: str, effect: Effect) -> str:
    """What happened, in the same numbers."""
    count = len(effect.reached)
    said = {
        "remind": ngettext("%(count)d was reminded", "%(count)d were reminded", count),
        "owner": ngettext(
            "%(count)d deployment has another owner",
            "%(count)d deployments have another owner",
            count,
        ),
        "status": ngettext(
            "%(count)d deployment has another status",
            "%(count)d deployments have another status",
            count,
        ),
    }[action] % {"count": count}
    return ", ".join(filter(None, [said, skipped(effect)])) + "."


# What happened ------------------------------------------------------------------------------------


def entries(found: Iterable[Happened], *, uses: Mapping[str, str]) -> list[presenters.Entry]:
    """A history of several rows: each line says which deployment or contact it is about.

    ``uses``: key of a deployment → its use.
    """
    made = []
    for one in found:
        about = ""
        if one.event is not None and one.event.subject_type == "deployment":
            about = uses.get(one.event.subject_id, "")
        line = entry(one)
        made.append(replace(line, what=f"{about}: {line.what}") if about else line)
    return made


def entry(one: Happened) -> presenters.Entry:
    """A line of a history: what, when, who, and why."""
    if one.event is None:
        return _imported(one.change)
    made = presenters.entry(one.event)
    if one.answer is not None:
        return replace(made, what=_answered(one.answer), note=_why(one.answer))
    if one.change is not None:
        what = _changed(one.change, made.what) or made.what
        return replace(made, what=what, note=one.change.reason)
    return made


def _answered(answer: DeploymentAnswer) -> str:
    said = str(answer.get_kind_display())
    if answer.stopped_on is not None:
        return gettext("%(said)s: last day of use %(day)s") % {
            "said": said,
            "day": day(answer.stopped_on),
        }
    if answer.until is not None:
        return gettext("%(said)s: until %(day)s") % {"said": said, "day": day(answer.until)}
    return said


def _why(answer: DeploymentAnswer) -> str:
    who = answer.said_by or (str(answer.contact) if answer.contact else "")
    how = str(answer.get_source_display())
    return ". ".join(filter(None, [f"{who} ({how})" if who else how, answer.reason]))


def _changed(change: RegisterChange, told: str) -> str:
    if change.part == ChangedPart.STATUS:
        return gettext("Status: %(was)s → %(now)s") % {
            "was": _status(change.was),
            "now": _status(change.now),
        }
    if change.part == ChangedPart.OWNER:
        return gettext("Owner: %(was)s → %(now)s") % {
            "was": change.was or gettext("nobody"),
            "now": change.now or gettext("nobody"),
        }
    if change.part == ChangedPart.DETAILS:
        return gettext("Changed: %(was)s → %(now)s") % {"was": change.was, "now": change.now}
    return f"{told}: {change.contact}" if change.contact else ""


def _status(value: str) -> str:
    return str(DeploymentStatus(value).label) if value in DeploymentStatus.values else "–"


def _imported(change: RegisterChange | None) -> presenters.Entry:
    if change is None:
        raise ValueError("A line of a history is an event or a change.")
    told = str(AuditKind.DEPLOYMENTS_IMPORTED.label)
    what = _changed(change, told) or told
    who = str(change.by) if change.by else gettext("RAI Portal")
    return presenters.Entry(what, change.at, who, Tone.NEUTRAL, change.reason)
