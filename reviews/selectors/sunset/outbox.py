"""The outbox: every mail of the portal, whatever became of it."""

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import Channel, MailKind, MailState
from reviews.models import Mail, Reminder

_SECRET = re.compile(r"(/(?:answer|unsubscribe|calendar)/)[A-Za-z0-9_.:~-]+")


class OutboxFilter(django_filters.FilterSet):
    """``q`` finds the recipient by name, address or customer; the others narrow."""

    q = django_filters.CharFilter(label=_("Search by recipient or customer"), method="search")
    state = django_filters.MultipleChoiceFilter(
        label=_("State"),
        choices=MailState.choices,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=MailKind.choices, empty_label=_("Any kind")
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=Channel.choices, empty_label=_("Any channel")
    )
    day = django_filters.DateFilter(
        label=_("Day where the recipient is"),
        field_name="local_day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = Mail
        fields: tuple[str, ...] = ()

    def search(self, queryset: Any, name: str, value: str) -> Any:
        for word in value.split()[:8]:
            queryset = queryset.filter(
                Q(contact__name__icontains=word)
                | Q(contact__email__icontains=word)
                | Q(contact__customer__name__icontains=word)
                | Q(user__full_name__icontains=word)
                | Q(user__username__icontains=word)
                | Q(address__icontains=word)
            )
        return queryset


def rows(mails: QuerySet[Mail]) -> QuerySet[Mail]:
    """For one line a mail: whom it goes to, and how many lines of the ledger it carries.

    The bodies stay in the table. The lines are counted for the rows of the page alone.
    """
    lines_of_row = (
        Reminder.objects.filter(mail=OuterRef("pk"))
        .order_by()
        .values("mail")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        mails.select_related("user", "contact__customer")
        .defer("text", "html")
        .annotate(line_count=Coalesce(Subquery(lines_of_row), 0))
    )


def whole(mails: QuerySet[Mail]) -> QuerySet[Mail]:
    """For the page of one mail."""
    return mails.select_related("user", "contact__customer", "hold")


def lines(mail: Mail) -> list[Reminder]:
    """The rows of the ledger that this mail carries, as the mail orders them. One query."""
    return list(
        mail.reminders.select_related("deadline", "step__ladder").order_by(
            "deadline__last_day", "due_on", "pk"
        )
    )


def without_secrets(text: str) -> str:
    """The text with its signed links cut short: only the recipient may answer by them."""
    return _SECRET.sub(r"\1…", text)


def in_trouble(mails: QuerySet[Mail]) -> dict[MailState, int]:
    """How many mails were refused, given up or are held; only what is not zero. One query."""
    wanted = [MailState.FAILED, MailState.DEAD, MailState.HELD]
    counted = mails.filter(state__in=wanted).order_by().values_list("state").annotate(Count("pk"))
    return {MailState(state): count for state, count in counted}
