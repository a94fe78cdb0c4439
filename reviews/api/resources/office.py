"""What the office reads: the ledger of reminders, runs of imports, the record."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from reviews.api.base import Resource
from reviews.api.shapes import Person, Shape
from reviews.domain.enums import Scope
from reviews.models import AuditEvent, ImportRun, Reminder
from reviews.permissions.importing import can_import
from reviews.selectors import paging
from reviews.selectors.exporting.office import AUDIT_EVENTS, REMINDERS


class ReminderShape(Shape):
    """``recipient`` is a name: addresses are in no answer."""

    subject_kind = serializers.CharField(source="deadline.subject_kind")
    last_day = serializers.DateField(source="deadline.last_day")
    deadline_version = serializers.IntegerField(source="deadline.version")
    step = serializers.CharField(source="step.code")
    recipient = serializers.SerializerMethodField()

    class Meta:
        model = Reminder
        fields = (
            "uid",
            "subject_kind",
            "last_day",
            "deadline_version",
            "step",
            "channel",
            "audience",
            "recipient",
            "due_on",
            "state",
            "reason",
            "planned_at",
        )
        read_only_fields = fields

    def get_recipient(self, row: Reminder) -> str | None:
        mail = row.mail
        return str(mail.contact or mail.user) if mail else None


class Reminders(Resource):
    """The ledger of reminders: one row for each step, recipient and channel."""

    serializer_class = ReminderShape
    filterset = REMINDERS.filters
    order = "due_on"
    paged = staticmethod(paging.by_day)
    read_scope = Scope.REGISTER_READ
    may = staticmethod(REMINDERS.may)

    def get_queryset(self) -> QuerySet[Reminder]:
        rows: QuerySet[Reminder] = REMINDERS.rows(self.reader)
        return rows.select_related("deadline", "step", "mail__contact", "mail__user").defer(
            "mail__text", "mail__html"
        )


class ImportRunShape(Shape):
    by = Person(allow_null=True)

    class Meta:
        model = ImportRun
        fields = (
            "uid",
            "profile",
            "file_name",
            "file_digest",
            "at",
            "on",
            "by",
            "read",
            "created",
            "updated",
            "unchanged",
            "rejected",
            "report",
        )
        expandable = ("report",)
        read_only_fields = fields


class Imports(Resource):
    """What came in from outside: one row for each file, with its report."""

    serializer_class = ImportRunShape
    order = "-at"
    may = staticmethod(can_import)

    def get_queryset(self) -> QuerySet[ImportRun]:
        return ImportRun.objects.select_related("by")


class AuditEventShape(Shape):
    """``digest`` is SHA-256 over ``previous_digest`` and this event."""

    actor = Person(allow_null=True)

    class Meta:
        model = AuditEvent
        fields = (
            "seq",
            "kind",
            "actor",
            "subject_type",
            "subject_id",
            "subject_label",
            "data",
            "occurred_at",
            "business_at",
            "business_on",
            "previous_digest",
            "digest",
        )
        read_only_fields = fields


class AuditEvents(Resource):
    """The record: what happened, who did it, when. The newest first."""

    serializer_class = AuditEventShape
    filterset = AUDIT_EVENTS.filters
    lookup_field = "seq"
    lookup_value_regex = "[0-9]{1,18}"
    order = "seq"
    paged = staticmethod(paging.newest_number_first)
    read_scope = Scope.AUDIT_READ
    may = staticmethod(AUDIT_EVENTS.may)

    def get_queryset(self) -> Any:
        return AUDIT_EVENTS.rows(self.reader).select_related("actor")
