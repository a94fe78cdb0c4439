"""Civil days where a deployment runs, in SQL: the pair of ``Deployment.today``."""

from datetime import datetime

from django.db.models import DateField, DateTimeField, F, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Cast

from reviews.domain.enums import SubjectKind
from reviews.models import Deadline, Deployment


def local_day(at: datetime, *, zone: str = "time_zone") -> Cast:
    """The civil day of ``at`` in the zone of the row."""
    moment = Value(at, output_field=DateTimeField())
    local = Func(F(zone), moment, function="timezone", output_field=DateTimeField())
    return Cast(local, DateField())


def open_deadlines() -> QuerySet[Deadline]:
    """The deadlines of deployments that hold now and still wait for somebody."""
    return Deadline.objects.filter(
        subject_kind=SubjectKind.DEPLOYMENT, is_current=True, is_open=True
    )


def under_deadline(queryset: QuerySet[Deployment]) -> QuerySet[Deployment]:
    """Deployments whose last permitted day is open: what the register is about."""
    return queryset.filter(pk__in=open_deadlines().values("subject_id"))


def of_row() -> QuerySet[Deadline]:
    """The current deadline of the outer deployment, open or closed."""
    return Deadline.objects.filter(
        subject_kind=SubjectKind.DEPLOYMENT, is_current=True, subject_id=OuterRef("pk")
    )
