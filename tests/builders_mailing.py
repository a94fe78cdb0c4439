"""Mails as the plan leaves them: due, with their lines in the ledger. And channels of a test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from reviews.domain.enums import Audience, Channel, MailKind, SubjectKind
from reviews.domain.messages import Message
from reviews.models import (
    Customer,
    CustomerContact,
    Deadline,
    Deployment,
    LadderStep,
    Mail,
    Reminder,
    User,
)
from tests.builders import NOW, TODAY
from tests.builders_reminding import contact, owned, running

LAST_DAY = date(2023, 6, 30)
WHEN = {"at": NOW, "on": TODAY}
EVERYBODY = "everybody"


def deadline(row: Deployment, *, last_day: date = LAST_DAY, **fields: object) -> Deadline:
    """The current deadline of a deployment, without the machine that follows it."""
    return Deadline.objects.create(
        subject_kind=SubjectKind.DEPLOYMENT,
        subject_id=row.pk,
        last_day=last_day,
        set_at=NOW,
        set_on=TODAY,
        **{"version": 1, **fields},
    )


def mail_to(person: CustomerContact | User, **fields: object) -> Mail:
    """A mail that is due, without lines."""
    is_user = isinstance(person, User)
    given = {
        "kind": MailKind.REMINDER,
        "channel": Channel.EMAIL,
        "local_day": TODAY,
        "due_at": NOW - timedelta(minutes=30),
        "planned_at": NOW,
        **fields,
    }
    return Mail.objects.create(
        user=person if is_user else None,
        contact=None if is_user else person,
        recipient_key=f"{'u' if is_user else 'c'}{person.pk}",
        **given,
    )


def line(
    mail: Mail, about: Deadline, *, step: str = "T-30", audience: Audience = Audience.CONTACT
) -> Reminder:
    """One line of the ledger in a mail."""
    return Reminder.objects.create(
        mail=mail,
        deadline=about,
        step=LadderStep.objects.get(ladder__code="sunset", code=step),
        channel=mail.channel,
        recipient_key=mail.recipient_key,
        audience=audience,
        due_on=TODAY,
        planned_at=NOW,
    )


def due(*, of: Customer | None = None, **fields: object) -> Mail:
    """A mail to the contact of a customer of its own, with one line about one deployment."""
    of = of or owned()
    mail = mail_to(contact(of), **fields)
    line(mail, deadline(running(of=of)))
    return mail


def many(count: int) -> list[Mail]:
    """Mails about deployments of one owner, each to a contact of its own."""
    of = owned()
    return [due(of=of_one) for of_one in [owned(owner=of.owner) for _ in range(count)]]


@dataclass
class Letterbox:
    """A channel of a test: keeps what it gets, and does before it what the test says.

    ``acts``: by address, what happens instead of taking the mail, a turn each.
    """

    got: list[tuple[str, str, str]] = field(default_factory=list)
    acts: dict[str, list[Callable[[Message], object]]] = field(default_factory=dict)
    on_open: list[Callable[[], object]] = field(default_factory=list)
    meanwhile_after: list[Callable[[], object]] = field(default_factory=list)
    """What happens once the next mail was written ahead."""

    def open(self) -> None:
        if self.on_open:
            self.on_open.pop(0)()

    def message_id(self, uid: UUID) -> str:
        return f"<{uid}>"

    def deliver(
        self,
        message: Message,
        *,
        message_id: str,
        attempt: int,
        meanwhile: Callable[[], object],
    ) -> None:
        meanwhile()
        if self.meanwhile_after:
            self.meanwhile_after.pop(0)()
        acts = self.acts.get(message.to) or self.acts.get(EVERYBODY)
        if acts:
            acts.pop(0)(message)
        self.got.append((message.to, message.text, message_id))

    def close(self) -> None:
        return None

    @property
    def addresses(self) -> list[str]:
        return [address for address, _, _ in self.got]

    def as_channels(self, name: str = Channel.EMAIL) -> dict:
        return {str(name): lambda: self}


def refuse(error: Exception) -> Callable[[object], object]:
    """An act that fails so."""

    def act(_: object) -> object:
        raise error

    return act
