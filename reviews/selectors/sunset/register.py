"""The register as a list: rows with last day, silence and troubles; the head's figures."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, TextField, Value

from reviews.domain.enums import RequestState, Role, SubjectKind, Trouble
from reviews.domain.many import MOST_AT_ONCE
from reviews.models import CustomerContact, Deadline, Deployment, Extension, User
from reviews.selectors.sunset import hygiene
from reviews.selectors.sunset.days import under_deadline
from reviews.selectors.sunset.filters import ANY
from reviews.selectors.together import Rows, together


@dataclass(frozen=True, slots=True)
class Line:
    """A deployment as the register shows it.

    ``last_on`` is its last permitted day while it still waits; ``days_left`` counts to it on the
    civil day where it runs: 0 on the day itself, negative once overdue. ``heard_on``: day of the
    last answer; empty: silent since ``silent_since``. ``extension``: the newest, or nothing.
    """

    row: Deployment
    last_on: date | None
    days_left: int | None
    heard_at: datetime | None
    silent_since: datetime
    troubles: list[Trouble]
    extension: Extension | None

    @property
    def is_overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0


def rows(queryset: QuerySet[Deployment]) -> QuerySet[Deployment]:
    """What a row of the list shows. One query."""
    return queryset.select_related("customer__owner", "capability")


def lines(found: Sequence[Deployment], *, at: datetime) -> list[Line]:
    """The rows with what belongs to them. One query for any number of rows."""
    keys = [row.pk for row in found]
    current = Deadline.objects.filter(
        subject_kind=SubjectKind.DEPLOYMENT, is_current=True, subject_id__in=keys
    )
    read = together(
        deadlines=Rows(current),
        contacts=Rows(_contacts_of(found)),
        extensions=Rows(Extension.objects.filter(deployment__in=keys).order_by("asked_at", "pk")),
    )
    deadlines = {one.subject_id: one for one in read["deadlines"]}
    contacts = _by_customer(read["contacts"])
    extensions = {one.deployment_id: one for one in read["extensions"]}
    return [
        _line(
            row,
            deadlines.get(row.pk),
            contacts[row.customer_id],
            extensions.get(row.pk),
            at=at,
        )
        for row in found
    ]


def _line(
    row: Deployment,
    deadline: Deadline | None,
    contacts: list[CustomerContact],
    extension: Extension | None,
    *,
    at: datetime,
) -> Line:
    last_on = deadline.last_day if deadline is not None and deadline.is_open else None
    return Line(
        row=row,
        last_on=last_on,
        days_left=(last_on - row.today(at)).days if last_on else None,
        heard_at=row.heard_at,
        silent_since=row.heard_at or row.registered_at,
        troubles=hygiene.troubles(row, contacts),
        extension=extension,
    )


def _contacts_of(found: Iterable[Deployment]) -> QuerySet[CustomerContact]:
    return CustomerContact.objects.filter(customer__in={row.customer_id for row in found})


def _by_customer(contacts: Iterable[CustomerContact]) -> dict[int, list[CustomerContact]]:
    found: dict[int, list[CustomerContact]] = defaultdict(list)
    for one in contacts:
        found[one.customer_id].append(one)
    return found


# The head -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """A count and the filter that lists exactly these rows."""

    name: str
    count: int
    filters: dict[str, Any]


def counted(**rows: QuerySet[Deployment]) -> dict[str, int]:
    """How many rows each of these has, by its name. One query for all of them."""
    parts = [
        found.order_by()
        .annotate(t_name=Value(name, output_field=TextField()))
        .values("t_name")
        .annotate(t_count=Count("pk"))
        .values_list("t_name", "t_count")
        for name, found in rows.items()
    ]
    return dict.fromkeys(rows, 0) | dict(parts[0].union(*parts[1:], all=True))


def figures(
    filtered: Any, *, listed: QuerySet[Deployment], with_figures: bool
) -> tuple[int, list[Figure]]:
    """How many rows are listed, and what needs attention, each with its filter. One query.

    ``filtered``: parameters → queryset.
    """
    asked: list[tuple[str, dict[str, Any]]] = [
        ("running", {"running": "yes"}),
        ("overdue", {"overdue": "yes"}),
        ("due_soon", {"due_in": 30}),
        ("trouble", {"contact": ANY}),
        ("asked", {"extension": RequestState.ASKED.value}),
    ]
    wanted = asked if with_figures else []
    found = counted(listed=listed, **{name: filtered(given) for name, given in wanted})
    return found["listed"], [Figure(name, found[name], given) for name, given in wanted]


# Many at once -------------------------------------------------------------------------------------


def chosen(
    user: User, queryset: QuerySet[Deployment], *, uids: Sequence[str], everything: bool
) -> list[int]:
    """Keys that a bulk action is asked for: the ticked ones, or all under the filter.

    One more than an action takes, at most: the service says when there are too many.
    """
    wanted = queryset if everything else Deployment.objects.visible_to(user).filter(uid__in=uids)
    return list(wanted.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])


def by_keys(user: User, keys: Iterable[int]) -> list[Deployment]:
    """Rows of these keys as far as the person sees them, by customer. One query."""
    seen = Deployment.objects.visible_to(user).filter(pk__in=list(keys))
    return list(rows(seen).order_by("customer__name", "pk"))


def reachable_contacts(found: Sequence[Deployment]) -> dict[int, list[CustomerContact]]:
    """Who would get a mail about each of these. One query."""
    contacts = _by_customer(_contacts_of(found))
    return {
        row.pk: [
            one
            for one in hygiene.speaking(row, contacts[row.customer_id])
            if one.bounced_at is None
        ]
        for row in found
    }


def owners() -> QuerySet[User]:
    """Who may own a customer, as ``permissions.sunset.can_own`` rules. One query."""
    keeping = [Role.SUNSET_OWNER.value, Role.LEAD.value, Role.ADMIN.value]
    return (
        User.objects.filter(is_active=True, groups__name__in=keeping)
        .distinct()
        .order_by("full_name", "username")
    )


def under_sunset(user: User) -> QuerySet[Deployment]:
    """What this person sees of the deployments that still wait for their last day."""
    return under_deadline(Deployment.objects.visible_to(user))
