"""Which columns of a list a person wants to see."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from reviews.domain.enums import AuditKind, ListName
from reviews.models import ColumnChoice, User
from reviews.services import audit


@transaction.atomic
def choose(
    list_name: ListName, *, columns: Sequence[str], by: User, at: datetime, on: date
) -> ColumnChoice | None:
    """In this order; none: back to what the list shows by itself. The caller knows the names."""
    list(User.objects.select_for_update().filter(pk=by.pk).values("pk"))
    mine = ColumnChoice.objects.filter(user=by, list_name=list_name)
    choice = mine.first() or ColumnChoice(user=by, list_name=list_name)
    was = list(choice.columns or ())
    if was == list(columns):
        return choice if choice.pk else None
    subject = choice if choice.pk else by
    if columns:
        choice.columns = list(columns)
        choice.save()
        subject = choice
    audit.record(
        AuditKind.COLUMNS_CHOSEN,
        subject=subject,
        by=by,
        at=at,
        on=on,
        list=list_name,
        columns=list(columns),
    )
    if not columns:
        mine.delete()
        return None
    return choice
