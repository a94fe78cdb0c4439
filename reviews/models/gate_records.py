"""What the portal itself knows for the gate: deployments, applications, grants, exceptions.

Reads only, at most four queries for any number of capabilities; the words are those of
``domain.gate.words``. Nothing is said where nothing is on record: that no deployment is registered
does not make a customer a new one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from reviews.domain.access import was_using
from reviews.domain.enums import ApplicationState, DeploymentStatus, GrantStanding, RequestState
from reviews.domain.enums import Sector as CustomerSector
from reviews.domain.gate import Policies
from reviews.domain.gate.facts import UNKNOWN, Application, Said
from reviews.domain.gate.words import listed_use
from reviews.models.access import AccessApplication, AccessGrant, PolicyException
from reviews.models.customer import Customer, Deployment, Extension
from reviews.models.use_case import UseCase

Words = dict[str, object]


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of one customer and one use case, either of which may be missing."""

    customer: Customer | None
    deployments: tuple[Deployment, ...] = ()
    applications: tuple[AccessApplication, ...] = ()
    grants: tuple[AccessGrant, ...] = ()
    exceptions: tuple[PolicyException, ...] = ()

    def add_to(
        self, said: Mapping[str, object], policies: Policies, *, on: date, scenario: str = ""
    ) -> Words:
        """What was said, with what is on record put over it, for ``domain.gate.facts_from``.

        The sector is the use's own; the customer's counts only where none was said.
        ``scenario``: key of the use case's scenario; empty: it is not known which one is meant.
        """
        words = {name: value for name, value in said.items() if value}
        recorded = self._words(policies, on=on, use=listed_use(said), scenario=scenario)
        for name, value in recorded.items():
            if words.get(name, UNKNOWN) == UNKNOWN or (name != "sector" and value != UNKNOWN):
                words[name] = value
        return words

    def _words(self, policies: Policies, *, on: date, use: str, scenario: str) -> Words:
        policy = policies.in_force(on)
        words = self._customer()
        if policy is None:
            return words
        if policy.new_customer_cutoff_on:
            words |= self._existing(policies.slug, policy.new_customer_cutoff_on)
        words |= self._extension(policies.slug)
        words |= self._exception(policies.slug, scenario, on=on)
        wanted = "" if policy.uses is None else use
        return words | self._access(policies.slug, wanted, any_use=not use, on=on)

    def _customer(self) -> Words:
        words: Words = {}
        if self.customer is None:
            return words
        if self.customer.is_managed is not None:
            words["managed"] = Said.YES if self.customer.is_managed else Said.NO
        if self.customer.sector != CustomerSector.UNKNOWN:
            words["sector"] = self.customer.sector
        return words

    # Deployments and extensions --------------------------------------------------------------

    def _running(self, slug: str) -> list[Deployment]:
        return [row for row in self.deployments if row.capability.slug == slug]

    def _existing(self, slug: str, cutoff: date) -> Words:
        said = [_was_using(row, cutoff) for row in self._running(slug)]
        if not said:
            return {}
        if True in said:
            return {"existing": Said.YES}
        return {"existing": Said.UNKNOWN if None in said else Said.NO}

    def _extension(self, slug: str) -> Words:
        """The day that holds for every deployment; unknown where only some were extended."""
        running = [row for row in self._running(slug) if row.current_status.is_running]
        days = [max((one.until for one in row.extensions.all()), default=None) for row in running]
        granted = [day for day in days if day is not None]
        if not granted:
            return {}
        return {"extension_until": min(granted) if len(granted) == len(days) else UNKNOWN}

    # Exceptions ------------------------------------------------------------------------------

    def _exception(self, slug: str, scenario: str, *, on: date) -> Words:
        held = sorted(
            (row for row in self.exceptions if row.capability.slug == slug),
            key=lambda row: (row.intended_use.key == scenario, row.until >= on, row.until),
        )
        if not held:
            return {}
        best = held[-1]
        covers = Said.UNKNOWN
        if scenario:
            covers = Said.YES if best.intended_use.key == scenario else Said.NO
        return {
            "exception_until": best.until,
            "exception_covers": covers,
            "exception_scope": best.scope,
        }

    # Applications and grants -----------------------------------------------------------------

    def _access(self, slug: str, use: str, *, any_use: bool, on: date) -> Words:
        """How far this use has come; a running grant for another use is the second best."""
        grants = [row for row in self.grants if row.capability.slug == slug]
        mine = _newest(row for row in grants if row.use_code == use)
        if mine is not None and mine.standing(on=on) is GrantStanding.RUNNING:
            return _granted(mine)
        filed = self._application(slug, use, since=mine)
        if filed is not None:
            return {"application": filed}
        running = [row for row in grants if row.standing(on=on) is GrantStanding.RUNNING]
        if mine is not None and not (any_use and running):
            return {"application": _ENDED[mine.standing(on=on)]}
        return _granted(running[0]) if running else {}

    def _application(self, slug: str, use: str, *, since: AccessGrant | None) -> Application | None:
        """State of the newest application for this use that no grant has answered yet."""
        for row in self.applications:
            if row.capability.slug != slug or row.use_code != use:
                continue
            if since is not None and row.filed_at <= since.granted_at:
                return None
            return _STATES.get(row.current_state)
        return None


_LISTED = frozenset({"UC-C", "UC-P"})
_STATES = {
    ApplicationState.FILED: Application.FILED,
    ApplicationState.DENIED: Application.DENIED,
}
_ENDED = {
    GrantStanding.REVOKED: Application.REVOKED,
    GrantStanding.LAPSED: Application.LAPSED,
}


def records(
    slugs: Collection[str], *, customer: Customer | None, use_case: UseCase | None = None
) -> Records:
    """What is on record about these capabilities."""
    exceptions = (
        PolicyException.objects.holding()
        .filter(capability__slug__in=slugs)
        .select_related("capability", "intended_use")
    )
    if use_case is not None:
        return _of(customer, slugs, exceptions.filter(use_case=use_case))
    if customer is not None:
        return _of(customer, slugs, exceptions.filter(customer=customer))
    return Records(None)


def _of(
    customer: Customer | None, slugs: Collection[str], exceptions: Iterable[PolicyException]
) -> Records:
    if customer is None:
        return Records(None, exceptions=tuple(exceptions))
    granted = Prefetch("extensions", Extension.objects.filter(state=RequestState.GRANTED))
    theirs = Q(customer=customer, capability__slug__in=slugs)
    return Records(
        customer,
        tuple(
            Deployment.objects.filter(theirs)
            .exclude(status=DeploymentStatus.NOT_THEIRS)
            .select_related("capability")
            .prefetch_related(granted)
        ),
        tuple(
            AccessApplication.objects.filter(theirs)
            .select_related("capability")
            .order_by("-filed_at", "-pk")
        ),
        tuple(
            AccessGrant.objects.filter(theirs, transferred_at__isnull=True)
            .select_related("capability")
            .order_by("-granted_at", "-pk")
        ),
        tuple(exceptions),
    )


def _was_using(deployment: Deployment, cutoff: date) -> bool | None:
    stopped = deployment.discontinued_on
    if stopped is not None and stopped < cutoff:
        return False
    return was_using(deployment.in_use_since, cutoff=cutoff)


def _newest(grants: Iterable[AccessGrant]) -> AccessGrant | None:
    """Rows come newest first."""
    return next(iter(grants), None)


def _granted(grant: AccessGrant) -> Words:
    return {
        "application": Application.GRANTED,
        "granted_use": grant.use_code,
        "granted_until": grant.reverify_by,
    }
