"""What a reminder “it is your turn” says, when it is asked for and again when it leaves.

Between the two a case may have gone on: then it is left out, and a message about none is not sent.
"""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import ngettext

from reviews.models import BulkAction, Mail, UseCase, User
from reviews.permissions.turns import cases_of
from reviews.services.reminding import notice_text
from reviews.services.reminding.notice_text import Written

REMIND = "remind"
"""``BulkAction.kind`` of these reminders."""

_MOST_NAMED = 20
"""Cases that one message names."""


def words(cases: Sequence[UseCase], *, by: User) -> Mapping[str, str]:
    """Subject, words and path of a message that it is one's turn on these cases."""
    named = ", ".join(f"{case.reference} ({case.title})" for case in cases[:_MOST_NAMED])
    more = len(cases) - _MOST_NAMED
    if more > 0:
        named += ngettext(" and %(n)d more", " and %(n)d more", more) % {"n": more}
    count = {"n": len(cases), "by": by, "named": named}
    subject = ngettext("%(n)d use case waits for you", "%(n)d use cases wait for you", len(cases))
    said = ngettext(
        "%(by)s reminds you that it is your turn on %(named)s.",
        "%(by)s reminds you that it is your turn on these: %(named)s.",
        len(cases),
    )
    path = cases[0].get_absolute_url() if len(cases) == 1 else reverse("reviews:home")
    return {"subject": subject % count, "words": said % count, "path": path}


def looked_at_again(mail: Mail) -> Written | None:
    """The notice as it is to leave now; ``None``: no case waits for this person any longer.

    A notice about anything else leaves as it was written, without a query. Two queries.
    """
    written = Written(mail.subject, mail.text, mail.html)
    if mail.user is None or mail.due_at <= mail.planned_at:
        return written  # only these reminders wait before they leave
    action = _asked_by(mail)
    if action is None:
        return written
    uids = [row["case"] for row in action.effects if str(mail.uid) in row["mails"]]
    found = UseCase.objects.filter(uid__in=uids).order_by("pk")
    waiting = cases_of(mail.user, [case.pk for case in found])
    left = [case for case in found if case.pk in waiting]
    if len(left) == len(uids):
        return written
    return notice_text.written(mail.user, **words(left, by=action.by)) if left else None


def _asked_by(mail: Mail) -> BulkAction | None:
    actions = BulkAction.objects.filter(kind=REMIND, done_at=mail.planned_at)
    named = actions.filter(effects__contains=[{"mails": [str(mail.uid)]}])
    return named.select_related("by").first()
