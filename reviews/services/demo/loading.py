"""Load the demo once: accounts, clock, and everything that happened up to its day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, MailKind, MailState, SubjectKind
from reviews.domain.errors import BadDataFile, StateConflict
from reviews.models import (
    AuditEvent,
    AuditHead,
    Capability,
    Customer,
    DemoClock,
    Deployment,
    Mail,
    UseCase,
    User,
)
from reviews.services import audit
from reviews.services.demo import (
    decision_acts,
    intake_acts,
    people,
    register_acts,
    review_acts,
    reviewer_acts,
    sheet_acts,
)
from reviews.services.demo.people import ACCOUNTS
from reviews.services.demo.story import Step, steps, table
from reviews.services.demo.world import World
from reviews.services.reminding import deadlines

Act = Callable[[World, Step], None]

BEGINS_AT = time(6, tzinfo=UTC)
"""Hour at which the demo's day begins: that day everywhere from California to New Zealand, and
before 09:00 in Europe, so that the next reminder is still to come."""

ACTS: Mapping[str, Act] = MappingProxyType(
    {
        act.__name__: act
        for act in (
            register_acts.register,
            sheet_acts.take_over,
            register_acts.run,
            register_acts.move,
            register_acts.attest,
            register_acts.answer_link,
            register_acts.contact_bounced,
            register_acts.contact_left,
            register_acts.verify,
            register_acts.extend,
            register_acts.grant_extension,
            register_acts.refuse_extension,
            register_acts.apply,
            register_acts.grant,
            register_acts.deny,
            register_acts.withdraw_application,
            register_acts.reverify,
            register_acts.transfer,
            register_acts.revoke,
            intake_acts.begin,
            intake_acts.change,
            intake_acts.file,
            intake_acts.attach,
            intake_acts.invite,
            intake_acts.answer,
            intake_acts.withdraw,
            intake_acts.reopen,
            intake_acts.appeal,
            review_acts.assign,
            review_acts.recuse,
            review_acts.judge,
            review_acts.ask,
            review_acts.rethink,
            review_acts.sign,
            review_acts.look_again,
            reviewer_acts.know,
            reviewer_acts.go_away,
            reviewer_acts.declare,
            reviewer_acts.say,
            reviewer_acts.settle,
            decision_acts.decide,
            decision_acts.countersign,
            decision_acts.send_back,
            decision_acts.refer,
            decision_acts.advise,
            decision_acts.sum_up,
            decision_acts.prove,
            decision_acts.confirm,
            decision_acts.doubt,
            decision_acts.ask_exception,
            decision_acts.grant_exception,
            decision_acts.sign_exception,
            decision_acts.refuse_exception,
            decision_acts.revoke_exception,
        )
    }
)
"""What a step may say under ``do``."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo holds. ``is_new``: this call loaded it."""

    is_new: bool
    accounts: int
    customers: int
    deployments: int
    use_cases: int
    states: Mapping[str, int]


def is_loaded() -> bool:
    """Whether the demo was loaded into this database at any time."""
    return AuditEvent.objects.filter(kind=AuditKind.DEMO_LOADED).exists()


@transaction.atomic
def load(*, password: str, scenario_date: date, at: datetime) -> DemoReport:
    """Everything or nothing; a demo that is there is left alone.

    ``at`` is the real clock here: it sets how far business time is from it, so that the demo
    begins at ``BEGINS_AT`` of ``scenario_date``, whatever the hour. What would happen on that day
    or later is left out, and no reminder or notice of a day before it is owed: the machine begins
    there.
    Raises ``StateConflict`` where one of the names is taken, ``BadDataFile`` for a wrong file.
    """
    AuditHead.objects.get_or_create(pk=1)
    AuditHead.objects.select_for_update().get(pk=1)
    if is_loaded():
        return report(is_new=False)
    _check_ready()
    _check_free()
    offset = datetime.combine(scenario_date, BEGINS_AT) - at
    clock, _ = DemoClock.objects.update_or_create(pk=1, defaults={"offset": offset})
    since = table("people")["since"]
    accounts = people.make_accounts(password=password, since=since)
    world = World(
        people=accounts,
        teams=people.make_teams(accounts, since=since),
        capabilities={row.slug: row for row in Capability.objects.all()},
    )
    for step in steps(until=scenario_date):
        _act(world, step)
    for kind in SubjectKind:
        deadlines.refresh_steps(kind, on=scenario_date)
    _forget_notices(accounts.values())
    made = report(is_new=True)
    audit.record(
        AuditKind.DEMO_LOADED,
        subject=clock,
        by=None,
        at=at + offset,
        on=scenario_date,
        use_cases=made.use_cases,
        customers=made.customers,
        deployments=made.deployments,
    )
    return made


def report(*, is_new: bool) -> DemoReport:
    """Counts of what is there."""
    states = UseCase.objects.order_by().values_list("state").annotate(Count("pk"))
    return DemoReport(
        is_new,
        User.objects.filter(username__in=ACCOUNTS).count(),
        Customer.objects.count(),
        Deployment.objects.count(),
        UseCase.objects.count(),
        dict(states),
    )


def _forget_notices(people: Iterable[User]) -> None:
    """What happened before the day told nobody by mail, and tells nobody today as if it were new.

    No mail left in those days, so none is shown as sent.
    """
    Mail.objects.filter(kind=MailKind.NOTICE, state=MailState.DUE, user__in=people).delete()


def _check_ready() -> None:
    if not Group.objects.exists() or not Capability.objects.exists():
        raise StateConflict(
            gettext(
                "The demo needs the roles and the catalogue. Run sync_roles and sync_catalogue"
                " first."
            )
        )


def _check_free() -> None:
    taken = User.objects.filter(username__in=ACCOUNTS).order_by("username").first()
    if taken is not None:
        raise StateConflict(
            gettext(
                "There is an account “%(username)s” already, and it is not the demo's. Load the"
                " demo into an empty database."
            )
            % {"username": taken.username}
        )


def _act(world: World, step: Step) -> None:
    if step.do not in ACTS:
        raise BadDataFile(f"demo: {step.key} on {step.on}: nobody knows how to “{step.do}”.")
    try:
        ACTS[step.do](world, step)
    except KeyError as error:
        raise BadDataFile(
            f"demo: {step.key} on {step.on}, {step.do}: {error} is not there."
        ) from error
