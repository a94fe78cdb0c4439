"""The words of one mail, put together at the moment of sending. Reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from reviews.domain import ladders
from reviews.domain.enums import Audience, Channel, MailKind, Role, SubjectKind
from reviews.domain.ladders import DatedStep, StepRule
from reviews.domain.messages import Message
from reviews.integrations.data_files import holidays
from reviews.models import (
    Capability,
    CapabilityPolicy,
    CustomerContact,
    Deadline,
    Deployment,
    Mail,
    Reminder,
    User,
    ladder_reading,
)
from reviews.services.reminding import memory, nudges, subjects, wording
from reviews.services.reminding.subjects import Subject
from reviews.services.sunset import links

MOST_LINES = 100
"""Lines that one mail to a person with an account spells out; the rest is a link away.

A contact has no page to look it up: their mail spells out every line.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One subject in a mail: its name, what holds for it alone, where to act."""

    what: str
    paragraphs: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines with the same deadline and the same step; what holds for all is said once."""

    heading: str
    paragraphs: tuple[str, ...]
    lines: tuple[Line, ...]
    is_overdue: bool


def compose(mail: Mail, lines: Sequence[Reminder], *, at: datetime) -> Message | None:
    """What ``mail`` says about these lines of the ledger at this moment of business time.

    Days left are counted now, on the civil day of the deadline's zone. A notice, and a digest
    without lines, were written when they were planned. The number of queries does not grow with
    the lines.
    ``None``: there is nothing to say, no line or a digest of a day gone by.
    """
    if mail.kind == MailKind.DIGEST and not lines:
        return _digest(mail, at=at)
    if mail.kind == MailKind.NOTICE:
        return _as_written(mail)
    facts = _Facts.of(mail, lines, at=at)
    if not facts.shown:
        return None
    is_escalation = mail.kind == MailKind.ESCALATION
    subject = facts.subject_line(is_escalation=is_escalation)
    context = {
        "subject": subject,
        "name": _name(mail),
        "groups": _groups(facts),
        "more": max(0, len(lines) - len(facts.shown)),
        "reasons": facts.reasons(),
        "is_escalation": is_escalation,
        "to_contact": facts.to_contact,
        "owners": facts.owners(),
        "home_url": address(reverse("reviews:home")),
    }
    return Message(
        to=_address(mail),
        subject=subject,
        text=render_to_string("reviews/mail/reminder.txt", context),
        html=render_to_string("reviews/mail/reminder.html", context),
        reply_to=facts.reply_to() if mail.channel == Channel.EMAIL else "",
    )


def address(path: str) -> str:
    """A path of the portal as a link in a mail."""
    return settings.PORTAL_URL + path


# What the lines rest on ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything that is read for one mail, in a fixed number of queries."""

    mail: Mail
    count: int
    shown: tuple[Reminder, ...]
    subjects: dict[int, Subject]
    policies: dict[int, CapabilityPolicy]
    rules: Mapping[SubjectKind, tuple[StepRule, ...]]
    leads: tuple[User, ...]
    at: datetime
    _steps: dict[int, tuple[DatedStep, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, mail: Mail, lines: Sequence[Reminder], *, at: datetime) -> "_Facts":
        urgent = sorted(lines, key=lambda line: (line.deadline.last_day, line.deadline_id, line.pk))
        shown = tuple(urgent if mail.contact_id else urgent[:MOST_LINES])
        found = _subjects(line.deadline for line in shown)
        return cls(
            mail=mail,
            count=len(lines),
            shown=tuple(line for line in shown if line.deadline_id in found),
            subjects=found,
            policies=_policies(found.values(), at=at),
            rules=memory.remembered("rules", ladder_reading.rules),
            leads=memory.remembered("leads", _leads),
            at=at,
        )

    @property
    def to_contact(self) -> bool:
        return self.mail.contact_id is not None

    def today(self, deadline: Deadline) -> date:
        return ladders.local_day(self.at, deadline.time_zone)

    def subject(self, line: Reminder) -> Subject:
        return self.subjects[line.deadline_id]

    def steps(self, line: Reminder) -> tuple[DatedStep, ...]:
        """The dated steps of the line's deadline."""
        deadline = line.deadline
        if deadline.pk not in self._steps:
            self._steps[deadline.pk] = ladders.dated_steps(
                self.rules[SubjectKind(deadline.subject_kind)],
                last_day=deadline.last_day,
                last_safe_filing_on=deadline.last_safe_filing_on,
                holidays=holidays(deadline.calendar),
            )
        return self._steps[deadline.pk]

    def told(self, line: Reminder) -> wording.Told | None:
        """Who hears of it next who does not hear of it now; ``None`` where nobody is left."""
        steps, today = self.steps(line), self.today(line.deadline)
        this = next((one for one in steps if one.rule.key == line.step_id), None)
        if this is None:  # on a person's word: from the steps reached by now
            this = next((one for one in reversed(steps) if one.due_on <= today), None)
        later = ladders.announced(steps, this) if this else next(iter(steps), None)
        if later is None or later.due_on <= today:
            return None
        now = {Audience(line.audience), *(this.rule.audiences if this else ())}
        new = [one for one in ladders.audiences_on(steps, later.due_on) if one not in now]
        subject = self.subject(line)
        people = tuple((one, self.people(one, subject)) for one in new)
        return wording.Told(later.due_on, subject.owner, people)

    def people(self, audience: Audience, subject: Subject) -> tuple[User, ...]:
        owner = subject.owner
        if audience is Audience.LEAD:
            return self.leads
        if audience is Audience.OWNER and owner:
            return (owner,)
        if audience is Audience.MANAGER and owner and owner.manager:
            return (owner.manager,)
        return ()

    def subject_line(self, *, is_escalation: bool) -> str:
        first = self.shown[0]
        return wording.subject_line(
            self.subject(first),
            first.deadline,
            count=self.count,
            on=self.today(first.deadline),
            is_escalation=is_escalation,
        )

    def reasons(self) -> list[str]:
        """Why this person gets the mail, each reason once."""
        said = (wording.reason(self.subject(one), Audience(one.audience)) for one in self.shown)
        return list(dict.fromkeys(said))[:_MOST_REASONS]

    def owners(self) -> list[User]:
        """Who looks after these lines, each once."""
        found = {one.owner.pk: one.owner for one in map(self.subject, self.shown) if one.owner}
        return list(found.values())

    def reply_to(self) -> str:
        """The owner of the most urgent line who can be written to; empty: the sender's own."""
        own = self.mail.user_id
        able = (one for one in self.owners() if one.is_active and one.email and one.pk != own)
        return next((one.email for one in able), "")


_MOST_REASONS = 10
_LONGEST_WHAT = 400
"""Characters of a line's name: a use has 300 at most, a condition may be a page of text."""


def foresee(deadlines: Iterable[Deadline]) -> None:
    """Read what these belong to at one go: mails about them are composed next, in this sweep."""
    memory.remember(_SUBJECTS, subjects.of(deadlines))


_SUBJECTS = "subjects"


def _subjects(deadlines: Iterable[Deadline]) -> dict[int, Subject]:
    """By the key of their deadline; what was not foreseen is read now."""
    foreseen: Mapping[int, Subject] = memory.recalled(_SUBJECTS, {})
    wanted = {deadline.pk: deadline for deadline in deadlines}
    missing = [deadline for key, deadline in wanted.items() if key not in foreseen]
    found = {key: foreseen[key] for key in wanted if key in foreseen}
    return {**found, **subjects.of(missing)} if missing else found


def _leads() -> tuple[User, ...]:
    leads = User.objects.filter(is_active=True, groups__name=Role.LEAD.value)
    return tuple(leads.order_by("full_name", "username"))


def _policies(found: Iterable[Subject], *, at: datetime) -> dict[int, CapabilityPolicy]:
    """The policy in force by capability, for the deployments. One query at most."""
    keys = frozenset(one.row.capability_id for one in found if isinstance(one.row, Deployment))
    if not keys:
        return {}
    return memory.remembered((keys, at.date()), lambda: _policies_of(keys, at=at))


def _policies_of(keys: Collection[int], *, at: datetime) -> dict[int, CapabilityPolicy]:
    rows = CapabilityPolicy.objects.current().filter(
        capability__in=Capability.objects.filter(pk__in=keys), effective_from__lte=at.date()
    )
    return {row.capability_id: row for row in rows.order_by("effective_from")}


# Groups and lines ---------------------------------------------------------------------------------


def _groups(facts: _Facts) -> list[Group]:
    """The most urgent first. One group: one deadline of one thing, at one step."""
    sorted_lines: dict[tuple, list[Reminder]] = {}
    for line in facts.shown:
        subject, deadline = facts.subject(line), line.deadline
        alone = subject.kind in _ALONE
        key = (
            deadline.last_day,
            subject.kind,
            deadline.pk if alone else subject.title,
            deadline.time_zone,
            deadline.last_safe_filing_on,
            line.step_id,
            line.audience,
        )
        sorted_lines.setdefault(key, []).append(line)
    return [_group(facts, lines) for lines in sorted_lines.values()]


_ALONE = {SubjectKind.CONDITION, SubjectKind.REREVIEW, SubjectKind.EVALUATION}
"""Kinds whose title is their own: each is a group."""


def _group(facts: _Facts, lines: Sequence[Reminder]) -> Group:
    first, deadline = facts.subject(lines[0]), lines[0].deadline
    said = [_paragraphs(facts, line) for line in lines]
    shared = tuple(one for one in said[0] if all(one in others for others in said))
    return Group(
        heading=wording.heading(first, deadline, to_contact=facts.to_contact),
        paragraphs=shared,
        lines=tuple(
            Line(
                what=_what(facts, line),
                paragraphs=tuple(one for one in own if one not in shared),
                url=_url(facts, line),
            )
            for line, own in zip(lines, said, strict=True)
        ),
        is_overdue=ladders.is_overdue(deadline.last_day, on=facts.today(deadline)),
    )


def _paragraphs(facts: _Facts, line: Reminder) -> list[str]:
    subject, deadline = facts.subject(line), line.deadline
    on = facts.today(deadline)
    told = facts.told(line)
    parts = [
        wording.when(subject, deadline, on=on),
        wording.ask(subject, line.step.ask, to_contact=facts.to_contact),
        wording.duty(subject, Audience(line.audience)),
        wording.tail(subject),
    ]
    if isinstance(subject.row, Deployment):
        policy = facts.policies.get(subject.row.capability_id)
        parts.append(wording.filing(policy, deadline, on=on, to_contact=facts.to_contact))
    if told:
        parts.append(wording.told_next(told, to_contact=facts.to_contact))
    return [part for part in parts if part]


def _what(facts: _Facts, line: Reminder) -> str:
    """The line's own name: a contact knows which customer they are."""
    subject = facts.subject(line)
    if subject.kind in _ALONE:
        words = f"{subject.title} ({subject.about})"
    elif facts.to_contact:
        words = subject.note
    else:
        words = f"{subject.about}: {subject.note}" if subject.note else subject.about
    return wording.one_line(words, longest=_LONGEST_WHAT)


def _url(facts: _Facts, line: Reminder) -> str:
    """The signed link of this deployment for a contact, the page in the portal for a user."""
    subject, contact = facts.subject(line), facts.mail.contact
    if isinstance(contact, CustomerContact) and isinstance(subject.row, Deployment):
        token = links.token_for(subject.row, line.deadline, contact)
        return address(reverse("reviews:answer", args=[token]))
    return address(subject.path)


# Digests ------------------------------------------------------------------------------------------


def _digest(mail: Mail, *, at: datetime) -> Message | None:
    """As it was written; a digest of yesterday says nothing any more."""
    if mail.user is None or ladders.local_day(at, mail.user.time_zone) > mail.local_day:
        return None
    return Message(
        to=mail.user.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=unsubscribe_headers(mail.user),
    )


def _as_written(mail: Mail) -> Message | None:
    """A notice, to a person who is still with us, where what it says still holds."""
    if mail.user is None or not mail.user.is_active:
        return None
    said = nudges.looked_at_again(mail)
    if said is None:
        return None
    return Message(to=mail.user.email, subject=said.subject, text=said.text, html=said.html)


def unsubscribe_url(user: User) -> str:
    token = links.unsubscribe_token(user.uid)
    return address(reverse("reviews:unsubscribe", args=[token]))


def unsubscribe_headers(user: User) -> dict[str, str]:
    """One click in the mail program turns the digest off (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(user)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _name(mail: Mail) -> str:
    person = mail.user or mail.contact
    return wording.one_line(str(person)) if person else ""


def _address(mail: Mail) -> str:
    person = mail.user or mail.contact
    return person.email if person else ""
