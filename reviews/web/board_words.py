"""The board's figures in words, each with the address of the rows that it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from reviews.domain.enums import DeploymentStatus, HoldReason, MailState, SweepName, Tone, Trouble
from reviews.domain.forecast import CONFIDENCE, ENOUGH
from reviews.models import SweepHold
from reviews.selectors.sunset.board import SILENT_AFTER, Segment, Tally
from reviews.selectors.sunset.pace import Pace
from reviews.selectors.sunset.plan import TestedYear
from reviews.services.reminding.heartbeats import Heartbeat


@dataclass(frozen=True, slots=True)
class Tile:
    """As ``stat_tile`` takes it."""

    figure: int
    label: str
    url: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of segments: its figures as (column, count, address)."""

    label: str
    figures: Sequence[tuple[str, int, str]]


def register_url(filters: dict[str, str]) -> str:
    """The register with exactly these filters."""
    return f"{reverse('reviews:sunset')}?{urlencode(filters)}"


def _head_words() -> dict[str, str]:
    return {
        "running": gettext("Running"),
        "overdue": gettext("Overdue"),
        "silent": gettext("Silent"),
        "stopped": gettext("Discontinued"),
    }


def heads(tallies: Sequence[Tally]) -> list[Tile]:
    notes = {
        "overdue": gettext("past their last permitted day"),
        "silent": gettext("no answer for %(days)d days") % {"days": SILENT_AFTER.days},
        "stopped": gettext("attested"),
    }
    tones = {"overdue": Tone.BAD, "silent": Tone.CAUTION}
    words = _head_words()
    return [
        Tile(
            tally.count,
            words[tally.name],
            register_url(dict(tally.filters)),
            notes.get(tally.name, ""),
            tones[tally.name].value if tally.count and tally.name in tones else "",
        )
        for tally in tallies
    ]


def statuses(tallies: Sequence[Tally]) -> list[Tile]:
    return [
        Tile(
            tally.count,
            str(DeploymentStatus(tally.name).label),
            register_url(dict(tally.filters)),
        )
        for tally in tallies
    ]


def troubles(tallies: Sequence[Tally]) -> list[Tile]:
    """Red where a reminder would not surely reach somebody."""
    return [
        Tile(
            tally.count,
            str(Trouble(tally.name).label),
            register_url(dict(tally.filters)),
            tone=Tone.BAD.value if tally.count else "",
        )
        for tally in tallies
    ]


def mails(counted: dict[MailState, int]) -> list[Tile]:
    here = reverse("reviews:outbox")
    tones = {MailState.HELD: Tone.CAUTION}
    return [
        Tile(
            counted.get(state, 0),
            str(state.label),
            f"{here}?{urlencode({'state': state.value})}",
            tone=tones.get(state, Tone.BAD).value if counted.get(state) else "",
        )
        for state in (MailState.HELD, MailState.FAILED, MailState.DEAD)
    ]


def _cut_words() -> dict[str, str]:
    return {
        "region": gettext("By region"),
        "tier": gettext("By tier"),
        "owner": gettext("By owner"),
        "capability": gettext("By capability"),
    }


def segments(cuts: dict[str, list[Segment]]) -> list[dict[str, object]]:
    """One table a cut: name, label, columns, rows."""
    heads_, cut_words = _head_words(), _cut_words()
    return [
        {
            "name": cut,
            "label": cut_words[cut],
            "columns": list(heads_.values()),
            "rows": [
                Row(
                    one.label or gettext("Not on record"),
                    [
                        (heads_[tally.name], tally.count, register_url(dict(tally.filters)))
                        for tally in one.figures
                    ],
                )
                for one in found
            ],
        }
        for cut, found in cuts.items()
    ]


@dataclass(frozen=True, slots=True)
class Beat:
    """One sweep on the board: ``tone`` is red when its last good run is too old."""

    label: str
    said: str
    tone: str
    at: object
    error: str


def beats(found: Sequence[Heartbeat]) -> list[Beat]:
    return [
        Beat(
            label=str(SweepName(one.name).label),
            said=_age(one),
            tone=(
                Tone.BAD if one.is_late else Tone.NEUTRAL if one.age is None else Tone.GOOD
            ).value,
            at=one.real_at,
            error=one.last_error,
        )
        for one in found
    ]


def _age(one: Heartbeat) -> str:
    if one.age is None:
        return gettext("Never ran")
    minutes = int(one.age.total_seconds() // 60)
    if minutes < 1:
        return gettext("Less than a minute ago")
    if minutes < 120:
        said = ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes)
        return said % {"count": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    return ngettext("%(count)d day ago", "%(count)d days ago", hours // 24) % {"count": hours // 24}


def holds(found: Sequence[SweepHold]) -> list[dict[str, object]]:
    return [
        {
            "title": HoldReason(one.reason).label,
            "text": gettext("%(mails)d mails wait; %(forecast)d were foreseen for the day.")
            % {"mails": one.mail_count, "forecast": one.forecast_count},
            "url": reverse("reviews:hold", args=[one.uid]),
        }
        for one in found
    ]


def pace(found: Pace) -> dict[str, str]:
    """The forecast in a sentence, the method in another, and how often it held."""
    return {
        "sentence": _sentence(found),
        "method": _method(found),
        "tested": _tested(found),
    }


def _sentence(found: Pace) -> str:
    said = found.foretold
    if said is None:
        return gettext(
            "Too few to foretell a day: %(count)d discontinuations are on record, and it takes"
            " %(enough)d."
        ) % {"count": found.stopped, "enough": ENOUGH}
    if found.running == 0:
        return gettext("Nothing under a sunset runs any more.")
    days = {
        "middle": _day(said.middle),
        "low": _day(said.low),
        "high": _day(said.high),
        "share": CONFIDENCE,
    }
    return (
        gettext(
            "By the usual course of such a year and the own pace, the last deployment stops around"
            " %(middle)s; with %(share)d %% chance between %(low)s and %(high)s."
        )
        % days
    )


def _method(found: Pace) -> str:
    if found.foretold is None:
        return ""
    return gettext(
        "Method: replayed years say which share of what still runs stops in each week before and"
        " after the last permitted day. The last %(weeks)d weeks (%(stopped)d discontinuations) say"
        " how fast it goes here against that: %(factor)s times. The rest of the way is drawn 500"
        " times with that factor and its uncertainty; the middle %(share)d %% of the outcomes are"
        " the interval."
    ) % {
        "weeks": found.foretold.weeks,
        "stopped": found.foretold.stopped,
        "factor": f"{found.foretold.factor:.1f}",
        "share": CONFIDENCE,
    }


def _tested(found: Pace) -> str:
    if found.tested.share is None:
        return gettext("Not tested on this register yet: too little lies behind.")
    return gettext(
        "Tested on this register: of %(made)d forecasts as they would have been made in the last"
        " half year, the interval held the day that came in %(held)d (%(share)d %%)."
    ) % {
        "made": found.tested.made,
        "held": found.tested.held,
        "share": round(100 * found.tested.share),
    }


def _day(day: object) -> str:
    return f"{day:%-d %B %Y}" if day else gettext("a day more than five years away")


def answered(years: Sequence[TestedYear]) -> dict[str, str]:
    """How often the interval held in replayed years, and how these were made."""
    made, held = sum(year.made for year in years), sum(year.held for year in years)
    if not made:
        return {"tested": gettext("Nothing was foretold in these years."), "counted": ""}
    walked = sum(year.is_walked for year in years)
    return {
        "tested": gettext(
            "Of %(made)d weekly forecasts in %(years)d years, the %(share)d %% interval held the"
            " day that came in %(held)d (%(part)d %%)."
        )
        % {
            "made": made,
            "years": len(years),
            "share": CONFIDENCE,
            "held": held,
            "part": round(100 * held / made),
        },
        "counted": gettext(
            "The machine itself walked %(walked)d of these years, mail by mail; in the others the"
            " customers were led by the days of the ladder alone. The forecast has learnt from none"
            " of them."
        )
        % {"walked": walked},
    }
