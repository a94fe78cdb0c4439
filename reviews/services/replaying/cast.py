"""The deployments of a copy, and the ladder of each: what invented customers are told of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reviews.domain.customers import Subject, Year, counted, stops
from reviews.domain.enums import DeploymentStatus, StepAnchor, SubjectKind
from reviews.domain.ladders import DatedStep, StepRule, dated_steps
from reviews.integrations.data_files import holidays
from reviews.integrations.replay_data import manner
from reviews.models import CustomerContact, Deadline, Deployment, LadderStep


@dataclass(frozen=True, slots=True)
class Cast:
    """Each by its words: ``keys`` of the rows, ``steps`` with their days. ``first``: of the year.

    ``silenced_by``: statuses under which a step of this code stays quiet.
    """

    subjects: Sequence[Subject]
    keys: Mapping[str, int]
    steps: Mapping[str, Sequence[DatedStep]]
    silenced_by: Mapping[str, frozenset[DeploymentStatus]]
    first: date

    def counted(self, seed: int) -> list[date]:
        """The stops of one seed's year, by the ladder's days alone."""
        return stops(
            counted(
                Year(manner(), seed),
                self.subjects,
                first=self.first,
                steps=self.steps,
                silenced_by=self.silenced_by,
            )
        )


def cast_here(*, first: date) -> Cast:
    """Of the deployments whose deadline is open, as the tables hold them now. Four queries."""
    rows = ladder_rows()
    ends = {
        row.subject_id: row
        for row in Deadline.objects.filter(
            subject_kind=SubjectKind.DEPLOYMENT, is_current=True, is_open=True
        )
    }
    running = Deployment.objects.select_related("customer", "capability").filter(pk__in=ends)
    named = {name_of(row): row for row in running}
    whole, own = _reached()
    dated = {_way(end): _dated(rows, end) for end in ends.values()}
    return Cast(
        [
            Subject(
                name,
                row.customer.name,
                ends[row.pk].last_day,
                is_reached=row.customer_id in whole or row.pk in own,
            )
            for name, row in named.items()
        ],
        {name: row.pk for name, row in named.items()},
        {name: dated[_way(ends[row.pk])] for name, row in named.items()},
        silences(rows),
        first,
    )


def name_of(row: Deployment) -> str:
    """The words by which customers know a deployment, the same after each load."""
    return "|".join((row.customer.name, row.capability.slug, row.use))


def ladder_rows() -> list[LadderStep]:
    """The steps of the ladder of deployments that have a day. One query."""
    found = LadderStep.objects.filter(
        ladder__subject_kind=SubjectKind.DEPLOYMENT, is_active=True, is_manual=False
    )
    return list(found)


def rules(rows: Iterable[LadderStep]) -> list[StepRule]:
    return [StepRule(row.code, row.offset_days, (), anchor=StepAnchor(row.anchor)) for row in rows]


def silences(rows: Iterable[LadderStep]) -> dict[str, frozenset[DeploymentStatus]]:
    return {row.code: frozenset(map(DeploymentStatus, row.silenced_by)) for row in rows}


def _way(end: Deadline) -> tuple[date, date | None, str]:
    """What a dated ladder follows from."""
    return end.last_day, end.last_safe_filing_on, end.calendar


def _dated(rows: Iterable[LadderStep], end: Deadline) -> Sequence[DatedStep]:
    return dated_steps(
        rules(rows),
        last_day=end.last_day,
        last_safe_filing_on=end.last_safe_filing_on,
        holidays=holidays(end.calendar),
    )


def _reached() -> tuple[set[int], set[int]]:
    """Customers with a contact for all, and deployments with one of their own."""
    present = CustomerContact.objects.filter(departed_at__isnull=True).order_by()
    pairs = list(present.values_list("customer_id", "deployment_id"))
    return (
        {customer for customer, deployment in pairs if deployment is None},
        {deployment for _, deployment in pairs if deployment is not None},
    )
