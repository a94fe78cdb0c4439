"""Who does what in a replayed year: the customers of a seed, or what the register has on record."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from reviews.domain.customers import Act, Conduct, Year, stops
from reviews.domain.enums import ChangedPart, DeploymentStatus
from reviews.integrations.replay_data import manner
from reviews.models import Deployment, DeploymentAnswer, RegisterChange
from reviews.services.replaying.cast import Cast, name_of


class Script(Protocol):
    """``stopped`` is asked when the walk has ended: the day of every stop, and whether all did."""

    def reminded(self, name: str, step: str, *, on: date) -> None: ...
    def until(self, on: date) -> list[Act]: ...
    def stopped(self) -> tuple[list[date], bool]: ...


Casting = Callable[[Cast], Script]
"""Makes the script once the copy is there."""


class Invented:
    """The customers of one seed."""

    def __init__(self, seed: int, cast: Cast) -> None:
        year = Year(manner(), seed)
        self._done: list[Act] = []
        self._conducts = {
            subject.key: Conduct(
                year,
                subject,
                first=cast.first,
                last_step_on=cast.steps[subject.key][-1].due_on,
            )
            for subject in cast.subjects
        }

    def reminded(self, name: str, step: str, *, on: date) -> None:
        """One of a day's mails."""
        self._conducts[name].reminded(step, on=on)

    def until(self, on: date) -> list[Act]:
        """What is done by the evening of this day, and was not yet."""
        acts = sorted(act for one in self._conducts.values() for act in one.until(on))
        self._done += acts
        return acts

    def stopped(self) -> tuple[list[date], bool]:
        """Those that outlast the walk get no mail any more, and stop all the same."""
        self.until(date.max)
        return stops(self._done), True


class Recorded:
    """What happened, as the register has it."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self._ahead = sorted(acts)
        self._done: list[Act] = []

    def reminded(self, name: str, step: str, *, on: date) -> None:
        """What they answered is on record, whatever they get here."""

    def until(self, on: date) -> list[Act]:
        """What is on record up to this day, and was not done yet."""
        due = [act for act in self._ahead if act.on <= on]
        self._ahead = self._ahead[len(due) :]
        self._done += due
        return due

    def stopped(self) -> tuple[list[date], bool]:
        """What runs today has not stopped: the day on which the last one does is not known."""
        return stops(self._done), False


def invented(seed: int) -> Casting:
    """The customers of this seed."""
    return lambda cast: Invented(seed, cast)


def recorded(*, on: date) -> Casting:
    """What the register has on record up to ``on``. Read at once: the copy holds none of it."""
    acts = list(_on_record(on))
    return lambda cast: Recorded(act for act in acts if act.key in cast.keys)


def _on_record(on: date) -> Iterable[Act]:
    """Changes of status with their day; a stop of which only the day is known, on that day."""
    end = datetime.combine(on + timedelta(days=1), time(), tzinfo=UTC)
    rows = Deployment.objects.select_related("customer", "capability")
    names = {row.pk: name_of(row) for row in rows}
    attested = DeploymentAnswer.objects.filter(stopped_on__isnull=False)
    said = {
        (key, at): day
        for key, at, day in attested.values_list("deployment_id", "said_at", "stopped_on")
    }
    told: set[int] = set()
    for change in RegisterChange.objects.filter(
        part=ChangedPart.STATUS, deployment__isnull=False, at__lt=end
    ):
        key, now, day = change.deployment_id or 0, DeploymentStatus(change.now), change.at.date()
        told.add(key)
        stops_now = now is DeploymentStatus.DISCONTINUED
        yield Act(day, names[key], now, said.get((key, change.at), day) if stops_now else None)
    for row in rows.filter(discontinued_on__lte=on).exclude(pk__in=told):
        stopped_on = row.discontinued_on or on
        yield Act(stopped_on, names[row.pk], DeploymentStatus.DISCONTINUED, stopped_on)
