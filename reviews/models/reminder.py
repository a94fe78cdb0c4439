"""The ledger of reminders, and the mails that carry them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from reviews.domain.enums import (
    Audience,
    Channel,
    MailKind,
    MailState,
    ReminderState,
)
from reviews.models.base import PublicModel, one_of
from reviews.models.contact import CustomerContact
from reviews.models.deadline import Deadline, LadderStep


class Mail(PublicModel):
    """What one person gets on one channel at one time; it groups rows of the ledger.

    ``recipient_key`` is ``u<user id>`` or ``c<contact id>``. ``due_at`` is business time (09:00 of
    ``local_day`` where the recipient is); lease and ``next_try_at`` are the database's clock.
    Subject and bodies are kept as sent. ``attempts`` counts real ones: a server that cannot be
    reached spends none.
    """

    kind = models.CharField(max_length=20, choices=MailKind)
    channel = models.CharField(max_length=20, choices=Channel)
    recipient_key = models.CharField(max_length=24)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mails",
    )
    contact = models.ForeignKey(
        CustomerContact, on_delete=models.PROTECT, null=True, blank=True, related_name="mails"
    )
    local_day = models.DateField(help_text="Civil day where the recipient is.")
    due_at = models.DateTimeField(help_text="Business time.")
    state = models.CharField(max_length=20, choices=MailState, default=MailState.DUE)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="Database's clock.")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True, help_text="Database's clock.")
    last_error = models.CharField(max_length=500, blank=True)
    planned_at = models.DateTimeField(help_text="Business time.")
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="Sent, failed, dropped or cancelled; real time."
    )
    settled_business_at = models.DateTimeField(null=True, blank=True)
    address = models.EmailField(blank=True, help_text="Where it went.")
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="Opened in the inbox.")
    hold = models.ForeignKey(
        "reviews.SweepHold", on_delete=models.PROTECT, null=True, blank=True, related_name="mails"
    )

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", MailKind), name="mail_kind_known"),
            models.CheckConstraint(condition=one_of("channel", Channel), name="mail_channel_known"),
            models.CheckConstraint(condition=one_of("state", MailState), name="mail_state_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(contact__isnull=True),
                name="mail_goes_to_a_user_or_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENDING)
                ^ (Q(lease_token__isnull=True) & Q(lease_until__isnull=True)),
                name="mail_lease_while_sending_only",
            ),
            models.UniqueConstraint(
                fields=["recipient_key", "channel", "local_day"],
                condition=~Q(kind__in=[MailKind.ESCALATION, MailKind.NOTICE]),
                name="one_mail_per_person_channel_and_day",
            ),
            models.UniqueConstraint(
                fields=["recipient_key", "channel", "local_day"],
                condition=Q(
                    kind=MailKind.ESCALATION,
                    state__in=[MailState.DUE, MailState.HELD],
                    attempts=0,
                ),
                name="one_waiting_escalation_per_person_channel_and_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state=MailState.DUE), name="mail_due"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=MailState.SENDING), name="mail_leases"
            ),
            models.Index(fields=["due_at", "id"], name="mail_by_due"),
            models.Index(fields=["user", "-due_at"], name="mail_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_key} on {self.local_day}"

    def get_absolute_url(self) -> str:
        return reverse("reviews:mail", args=[self.uid])

    @property
    def current_state(self) -> MailState:
        return MailState(self.state)


class Reminder(PublicModel):
    """A row of the ledger. Its key says what can only happen once.

    ``occasion`` is empty for the steps of a ladder; a reminder on a person's word carries the day
    on which it was asked for. ``reason`` is a short code that says why it was not sent.
    """

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="reminders")
    step = models.ForeignKey(LadderStep, on_delete=models.PROTECT, related_name="reminders")
    channel = models.CharField(max_length=20, choices=Channel)
    recipient_key = models.CharField(max_length=24)
    audience = models.CharField(max_length=20, choices=Audience)
    occasion = models.CharField(max_length=40, blank=True, default="")
    due_on = models.DateField(help_text="Working day of the step.")
    state = models.CharField(max_length=20, choices=ReminderState, default=ReminderState.PLANNED)
    reason = models.CharField(max_length=40, blank=True)
    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    planned_at = models.DateTimeField(help_text="Business time.")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_of("channel", Channel), name="reminder_channel_known"
            ),
            models.CheckConstraint(
                condition=one_of("audience", Audience), name="reminder_audience_known"
            ),
            models.CheckConstraint(
                condition=one_of("state", ReminderState), name="reminder_state_known"
            ),
            models.UniqueConstraint(
                fields=["deadline", "step", "channel", "recipient_key", "occasion"],
                name="one_reminder_per_deadline_step_channel_and_recipient",
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="reminder_by_day")]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.step_id} to {self.recipient_key}"
