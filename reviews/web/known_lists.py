"""The lists with a search box, kept views and columns: their filters, addresses and columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import ListName
from reviews.models import Deployment, UseCase, User
from reviews.permissions.reviewing import can_open_workbench
from reviews.permissions.rulings import YES, Ruling
from reviews.selectors import conditions, workbench
from reviews.selectors.condition_filters import ConditionFilter
from reviews.selectors.list_filters import ListFilter
from reviews.selectors.review_filters import ReviewFilter
from reviews.selectors.sunset.filters import DeploymentFilter
from reviews.selectors.use_case_filters import UseCaseFilter

ALL = MappingProxyType({"view": "all"})


def _everybody(user: User) -> Ruling:
    return YES


@dataclass(frozen=True, slots=True)
class Column:
    """``fit``: as narrow as its contents."""

    name: str
    label: Any
    fit: bool = False


@dataclass(frozen=True, slots=True)
class KnownList:
    """``fixed``: parameters that belong to its address; ``shown``: columns unless chosen."""

    name: ListName
    route: str
    make: Callable[[Any, QueryDict], ListFilter]
    columns: tuple[Column, ...]
    shown: tuple[str, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    may_open: Callable[[User], Ruling] = _everybody

    def columns_of(self, chosen: list[str]) -> list[Column]:
        """The chosen ones in their order, else the usual ones; unknown names are passed over."""
        by_name = {column.name: column for column in self.columns}
        found = [by_name[name] for name in chosen if name in by_name]
        return found or [by_name[name] for name in self.shown]


def _use_cases(request: Any, data: QueryDict) -> ListFilter:
    seen = UseCase.objects.visible_to(request.user)
    return UseCaseFilter(data, queryset=seen, request=request)


def _reviews(request: Any, data: QueryDict) -> ListFilter:
    return ReviewFilter(data, queryset=workbench.open_rounds(request.user), request=request)


def _conditions(request: Any, data: QueryDict) -> ListFilter:
    return ConditionFilter(data, queryset=conditions.readable(request.user), request=request)


def _sunset(request: Any, data: QueryDict) -> ListFilter:
    seen = Deployment.objects.visible_to(request.user)
    return DeploymentFilter(data, queryset=seen, request=request)


_TEAM = Column("team", _("Team"))
_CAPABILITIES = Column("capabilities", _("Capabilities"))
_STATE = Column("state", _("State"), fit=True)
_SINCE = Column("since", _("In this state since"), fit=True)

USE_CASES = KnownList(
    ListName.USE_CASES,
    "reviews:use_cases",
    _use_cases,
    (
        _CAPABILITIES,
        _TEAM,
        Column("customer", _("Customer")),
        Column("gate", _("Gate"), fit=True),
        _STATE,
        Column("awaited", _("Waits for")),
        _SINCE,
        Column("submitted", _("Submitted"), fit=True),
        Column("decided", _("Decided"), fit=True),
        Column("rereview", _("Re-review due"), fit=True),
        Column("changed", _("Changed"), fit=True),
    ),
    ("capabilities", "team", "state", "awaited", "changed"),
)
REVIEWS = KnownList(
    ListName.REVIEWS,
    "reviews:reviews",
    _reviews,
    (
        Column("awaited", _("Waits for")),
        _TEAM,
        Column("kind", _("Kind"), fit=True),
        Column("round", _("Round"), fit=True),
        _STATE,
        Column("since", _("Since")),
        Column("opened", _("Round opened")),
    ),
    ("awaited", "team", "kind", "state", "since"),
    fixed=ALL,
    may_open=can_open_workbench,
)
CONDITIONS = KnownList(
    ListName.CONDITIONS,
    "reviews:conditions",
    _conditions,
    (
        Column("case", _("Use case")),
        Column("scenario", _("Scenario")),
        Column("owner", _("Who keeps it")),
        Column("verifier", _("Who verifies it")),
        Column("due", _("Due"), fit=True),
        _STATE,
    ),
    ("case", "owner", "verifier", "due", "state"),
    fixed=ALL,
)
SUNSET = KnownList(
    ListName.SUNSET,
    "reviews:sunset",
    _sunset,
    (
        Column("capability", _("Capability")),
        Column("status", _("Status")),
        Column("last_day", _("Last permitted day")),
        Column("heard", _("Last heard")),
        Column("owner", _("Owner")),
        Column("region", _("Region"), fit=True),
        Column("tier", _("Tier"), fit=True),
    ),
    ("capability", "status", "last_day", "heard", "owner"),
)
LISTS = {one.name: one for one in (USE_CASES, REVIEWS, CONDITIONS, SUNSET)}


def of_name(request: HttpRequest, name: str) -> KnownList:
    """Raises ``Http404`` for no list, and for one that this person may not open."""
    found = LISTS.get(ListName(name)) if name in ListName.values else None
    if found is None or not found.may_open(request.user):  # type: ignore[arg-type]
        raise Http404
    return found
