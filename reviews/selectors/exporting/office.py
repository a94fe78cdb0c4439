"""Exports of the office: mails, the ledger of reminders, teams, and the record."""

from typing import Any

import django_filters
from django import forms
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import AuditKind, Role, SubjectKind
from reviews.domain.exporting import Kind
from reviews.models import (
    AuditEvent,
    CoAuthor,
    Deployment,
    Mail,
    Membership,
    Reminder,
    Review,
    Team,
    UseCase,
    User,
)
from reviews.permissions.outbox import OF_THE_REGISTER, can_view_outbox, visible_mails
from reviews.permissions.rulings import YES, Ruling, no
from reviews.selectors import teams
from reviews.selectors.exporting.cases import name_of
from reviews.selectors.exporting.resources import Column, Reader, Resource
from reviews.selectors.sunset.outbox import OutboxFilter
from reviews.selectors.timeline import BLIND, OFFICE_ONLY

# Mails --------------------------------------------------------------------------------------------


def _mails(reader: Reader) -> QuerySet[Mail]:
    return visible_mails(reader.user)


_LINES = (
    Reminder.objects.filter(mail=OuterRef("pk"))
    .order_by()
    .values("mail")
    .annotate(found=Count("pk"))
    .values("found")
)

MAILS = Resource(
    "mails",
    _("Mails"),
    "One mail of the portal, whatever became of it. Its text is in no export: it holds signed"
    " links that only the recipient may follow.",
    _mails,
    OutboxFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses."),
        Column("kind", Kind.CODE, "reminder, escalation or digest."),
        Column("channel", Kind.CODE, "email or inbox."),
        Column("state", Kind.CODE, "due, sent, held, failed …"),
        Column(
            "recipient",
            Kind.TEXT,
            "Name of the person at the customer, or of the user.",
            Coalesce(F("contact__name"), name_of("user")),
        ),
        Column("customer", Kind.TEXT, "The contact's customer.", "contact__customer__name"),
        Column("address", Kind.TEXT, "Where it went; empty: it has not left."),
        Column("subject", Kind.TEXT, "Subject, as it was sent."),
        Column("local_day", Kind.DAY, "Its day where the recipient is."),
        Column("due_at", Kind.MOMENT, "When it is due (business time)."),
        Column("settled_at", Kind.MOMENT, "When it was sent, given up or cancelled (real time)."),
        Column("attempts", Kind.WHOLE, "Real attempts; a server that is away costs none."),
        Column("last_error", Kind.TEXT, "What the mail server said last."),
        Column(
            "lines",
            Kind.WHOLE,
            "Rows of the ledger that it carries.",
            Coalesce(Subquery(_LINES), 0),
        ),
    ),
    may=can_view_outbox,
)

# The ledger ---------------------------------------------------------------------------------------


class ReminderFilter(OutboxFilter):
    """As the outbox: rows of the ledger whose mail is in that list."""

    def filter_queryset(self, queryset: Any) -> Any:
        mails = super().filter_queryset(visible_mails(self.request.user))
        given = any(self.form.cleaned_data.get(name) for name in self.filters)
        return queryset.filter(mail__in=mails.order_by().values("pk")) if given else queryset


def _reminders(reader: Reader) -> QuerySet[Reminder]:
    """Rows of mails that the reader sees, and rows without a mail of what they may see anyway."""
    mailed = Q(mail__in=visible_mails(reader.user).order_by().values("pk"))
    if reader.user.has_perm("reviews.read_every_usecase"):
        return Reminder.objects.all()
    return Reminder.objects.filter(
        mailed | Q(mail__isnull=True, deadline__subject_kind__in=OF_THE_REGISTER)
    )


def _about() -> Case:
    """The customer and capability of a deployment, in words; other subjects have their key."""
    row = Deployment.objects.filter(pk=OuterRef("deadline__subject_id"))
    words = row.values(
        found=Concat("customer__name", Value(": "), "capability__slug", output_field=CharField())
    )
    return Case(
        When(deadline__subject_kind=SubjectKind.DEPLOYMENT, then=Subquery(words)),
        default=None,
        output_field=CharField(),
    )


REMINDERS = Resource(
    "reminders",
    _("Ledger of reminders"),
    "One row of the ledger: one step of one deadline for one recipient on one channel.",
    _reminders,
    ReminderFilter,
    (
        Column("uid", Kind.CODE, "Its key in the API."),
        Column("subject_kind", Kind.CODE, "What it reminds of.", "deadline__subject_kind"),
        Column("subject", Kind.TEXT, "Customer and capability of a deployment.", _about()),
        Column("last_day", Kind.DAY, "The day it leads up to (inclusive).", "deadline__last_day"),
        Column("deadline_version", Kind.WHOLE, "Grows with a moved day.", "deadline__version"),
        Column("step", Kind.CODE, "Step of the ladder, such as T-30.", "step__code"),
        Column("channel", Kind.CODE, "email or inbox."),
        Column("audience", Kind.CODE, "contact, owner, manager or lead."),
        Column(
            "recipient",
            Kind.TEXT,
            "Name of the recipient; empty: no mail was made.",
            Coalesce(F("mail__contact__name"), name_of("mail__user")),
        ),
        Column("due_on", Kind.DAY, "Working day of the step."),
        Column("state", Kind.CODE, "planned, sent, missed, superseded …"),
        Column("reason", Kind.CODE, "Why it was not sent, as a short code."),
        Column("mail", Kind.CODE, "Key of the mail that carries it.", "mail__uid"),
        Column("planned_at", Kind.MOMENT, "When it was planned (business time)."),
    ),
    may=can_view_outbox,
)

# Teams --------------------------------------------------------------------------------------------


class TeamFilter(django_filters.FilterSet):
    """``q``: every word stands in the name."""

    q = django_filters.CharFilter(label=_("Search teams by name"), method="search")

    class Meta:
        model = Team
        fields: tuple[str, ...] = ()

    def search(self, queryset: QuerySet[Team], name: str, value: str) -> QuerySet[Team]:
        for word in value.split()[:8]:
            queryset = queryset.filter(name__icontains=word)
        return queryset


def _teams(reader: Reader) -> QuerySet[Team]:
    return teams.visible_to(reader.user)


def _number(model: Any) -> Coalesce:
    counted = model.objects.filter(team=OuterRef("pk")).order_by().values("team")
    return Coalesce(Subquery(counted.annotate(found=Count("pk")).values("found")), 0)


TEAMS = Resource(
    "teams",
    _("Teams"),
    "One team that the reader may see.",
    _teams,
    TeamFilter,
    (
        Column("uid", Kind.CODE, "Its key in addresses and in the API."),
        Column("name", Kind.TEXT, "Its name."),
        Column("members", Kind.WHOLE, "How many people are in it.", _number(Membership)),
        Column("use_cases", Kind.WHOLE, "How many use cases it has.", _number(UseCase)),
        Column("created_at", Kind.MOMENT, "When it was created."),
    ),
)

# The record ---------------------------------------------------------------------------------------


def can_read_record(user: User) -> Ruling:
    """Auditors and administrators; everybody else reads it case by case, on its timeline."""
    if user.role_names & {Role.AUDITOR.value, Role.ADMIN.value}:
        return YES
    return no(gettext("Only auditors and administrators export the record."))


class EventFilter(django_filters.FilterSet):
    """``since`` and ``until``: business days, inclusive; ``reference``: of one use case."""

    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=AuditKind.choices)
    actor = django_filters.CharFilter(label=_("Actor"), field_name="actor__username")
    reference = django_filters.CharFilter(label=_("Use case"), method="of_case")
    since = django_filters.DateFilter(
        label=_("Since"), field_name="business_on", lookup_expr="gte", widget=forms.DateInput
    )
    until = django_filters.DateFilter(
        label=_("Until"), field_name="business_on", lookup_expr="lte", widget=forms.DateInput
    )

    class Meta:
        model = AuditEvent
        fields: tuple[str, ...] = ()

    def of_case(self, queryset: QuerySet[AuditEvent], name: str, value: str) -> Any:
        return queryset.filter(use_case_id__in=UseCase.objects.filter(reference=value).values("pk"))


def _events(reader: Reader) -> QuerySet[AuditEvent]:
    """Without what the timelines of the cases hide from this person.

    On the requester's side: what tells of blind or unfinished work. As a reviewer of a sensitive
    round in which not everybody has signed off: what the other reviewer does.
    """
    user = reader.user
    side = UseCase.objects.filter(
        Exists(Membership.objects.filter(user=user, team=OuterRef("team")))
        | Exists(CoAuthor.objects.filter(user=user, use_case=OuterRef("pk")))
    )
    sits = Review.objects.filter(
        closed_at__isnull=True,
        is_sensitive=True,
        assignments__reviewer=user,
        assignments__recused_at__isnull=True,
    )
    return AuditEvent.objects.exclude(
        kind__in=sorted(OFFICE_ONLY), use_case_id__in=side.order_by().values("pk")
    ).exclude(
        Q(kind__in=sorted(BLIND | {AuditKind.VERDICT_SAVED})),
        ~Q(actor=user),
        use_case_id__in=sits.order_by().values("use_case"),
    )


AUDIT_EVENTS = Resource(
    "audit-events",
    _("Audit events"),
    "One event of the record. A reader on the requester's side of a use case gets no event that"
    " would tell of blind or unfinished work on it.",
    _events,
    EventFilter,
    (
        Column("seq", Kind.WHOLE, "Number in the chain, without gaps."),
        Column("kind", Kind.CODE, "What happened."),
        Column("actor", Kind.CODE, "User name; empty: the portal itself.", "actor__username"),
        Column("subject_type", Kind.CODE, "What it happened to."),
        Column("subject_id", Kind.CODE, "Key of that row."),
        Column("subject_label", Kind.TEXT, "Number of the use case, or the key."),
        Column("data", Kind.DATA, "Old and new values as JSON; no prose."),
        Column("occurred_at", Kind.MOMENT, "Real time, by the database's clock."),
        Column("business_at", Kind.MOMENT, "Business time; real time but in the demo."),
        Column("business_on", Kind.DAY, "Business day."),
        Column("previous_digest", Kind.CODE, "Digest of the event before."),
        Column("digest", Kind.CODE, "SHA-256 over that and this event."),
    ),
    may=can_read_record,
)
