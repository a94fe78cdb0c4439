"""Sentences of a mail. The same sentence stands in the text and in the HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reviews.domain.enums import Audience, SubjectKind
from reviews.domain.ladders import days_left
from reviews.models import CapabilityPolicy, Deadline, User
from reviews.models.catalogue import Stance
from reviews.services.reminding.subjects import Subject

_LONGEST_NAME = 60
"""Characters of a name in a subject line."""
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told next, and on which day. ``owner``: whose manager a manager is."""

    on: date
    owner: User | None
    people: tuple[tuple[Audience, tuple[User, ...]], ...]


def day(on: date) -> str:
    """Such as “Friday 30 June 2023”."""
    return date_format(on, "l j F Y")


def short_day(on: date) -> str:
    """Such as “30 June 2023”."""
    return date_format(on, "j F Y")


def left(last_day: date, *, on: date) -> str:
    """Such as “29 days left”; the last day itself is not overdue."""
    days = days_left(last_day, on=on)
    if days == 0:
        return gettext("today is the last day")
    if days < 0:
        return ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


# What it is about ---------------------------------------------------------------------------------


def heading(subject: Subject, deadline: Deadline, *, to_contact: bool) -> str:
    """What and by when, for one group of lines."""
    deployment = gettext("%(what)s: last permitted day %(day)s")
    if to_contact:
        deployment = gettext("%(what)s ends for you on %(day)s")
    words = {
        SubjectKind.DEPLOYMENT: deployment,
        SubjectKind.CONDITION: gettext("Condition to keep by %(day)s"),
        SubjectKind.EXCEPTION: gettext("The exception for %(what)s ends on %(day)s"),
        SubjectKind.GRANT: gettext("Access to %(what)s must be verified again by %(day)s"),
        SubjectKind.REREVIEW: gettext("Yearly re-review by %(day)s"),
        SubjectKind.EVALUATION: gettext("Evaluation to repeat by %(day)s"),
    }[subject.kind]
    return words % {"what": one_line(subject.title), "day": day(deadline.last_day)}


def when(subject: Subject, deadline: Deadline, *, on: date) -> str:
    """The last day, how far it is, and where that day ends."""
    names = {
        "day": day(deadline.last_day),
        "left": left(deadline.last_day, on=on),
        "zone": deadline.time_zone,
    }
    if subject.kind is not SubjectKind.DEPLOYMENT:
        return gettext("Due by %(day)s: %(left)s.") % names
    if on > deadline.last_day:
        return gettext("The last permitted day was %(day)s (%(zone)s): %(left)s.") % names
    return gettext("Last permitted day: %(day)s, to its end in %(zone)s: %(left)s.") % names


def filing(
    policy: CapabilityPolicy | None, deadline: Deadline, *, on: date, to_contact: bool
) -> str:
    """Apply or ask up to the last safe filing day; plan to be without it after that day."""
    safe = deadline.last_safe_filing_on
    if on > deadline.last_day:
        return gettext("It may not run any more: it must be switched off now.")
    if safe is None:
        return ""
    if on > safe:
        return gettext(
            "The last safe day to file was %(safe)s: a request made now may not be answered in"
            " time. Plan to be without it from %(after)s."
        ) % {"safe": day(safe), "after": day(deadline.last_day + timedelta(days=1))}
    days = policy.review_business_days if policy else 0
    names = {"safe": day(safe), "days": days}
    if policy and policy.stance == Stance.LIMITED_ACCESS:
        words = gettext("To use it after that day, apply for Limited Access by %(safe)s.")
    elif to_contact:
        words = gettext("If you cannot be without it by then, ask for more time by %(safe)s.")
    else:
        words = gettext("A request for more time has to be filed by %(safe)s.")
    if days:
        words += " " + ngettext(
            "A review takes up to %(days)d working day; what is filed later may not be answered"
            " in time.",
            "A review takes up to %(days)d working days; what is filed later may not be answered"
            " in time.",
            days,
        )
    return words % names


def ask(subject: Subject, words: str, *, to_contact: bool) -> str:
    """What the step asks; of a deployment it is asked of the customer, whoever reads it."""
    if subject.kind is not SubjectKind.DEPLOYMENT or to_contact:
        return words
    return gettext("The customer is asked: “%(words)s”") % {"words": words}


def duty(subject: Subject, audience: Audience) -> str:
    """What somebody on our side does about a deployment. Empty for the customer's contact."""
    if subject.kind is not SubjectKind.DEPLOYMENT or audience is Audience.CONTACT:
        return ""
    if subject.owner is None:
        return gettext("Nobody looks after this customer: name an owner on its page.")
    if audience is Audience.OWNER:
        return gettext("Reach the customer, and record on the page what you learn.")
    return gettext("See to it that %(owner)s reaches the customer, or do so yourself.") % {
        "owner": subject.owner
    }


def tail(subject: Subject) -> str:
    """What follows if nothing is done, for everything that is no deployment."""
    return {
        SubjectKind.DEPLOYMENT: "",
        SubjectKind.CONDITION: gettext(
            "The approval rests on this condition. Give the proof on its page; another person"
            " verifies it."
        ),
        SubjectKind.EXCEPTION: gettext(
            "From the day after it the regular policy holds again. Plan to be without the"
            " capability, or ask anew while there is time for a review."
        ),
        SubjectKind.GRANT: gettext(
            "Access lapses on the day after, unless a lead confirms the facts again."
        ),
        SubjectKind.REREVIEW: gettext(
            "A re-review opens on that day. See whether the answers on file still hold."
        ),
        SubjectKind.EVALUATION: gettext(
            "The Standard asks for this evaluation again and again while the system runs. Record"
            " the result on the case."
        ),
    }[subject.kind]


# People -------------------------------------------------------------------------------------------


def told_next(told: Told, *, to_contact: bool) -> str:
    """Who hears of it next if nothing happens. Empty where nobody is left to be told."""
    parts = [_group(told, audience, people) for audience, people in told.people]
    names = _and([part for part in parts if part])
    if not names:
        return ""
    if to_contact:
        words = gettext("If we do not hear from you, we tell %(names)s on %(day)s.")
    else:
        words = gettext("If nothing happens, %(names)s will be told on %(day)s.")
    return words % {"names": names, "day": day(told.on)}


def _group(told: Told, audience: Audience, people: Sequence[User]) -> str:
    if not people:
        return ""
    names = [str(one) for one in people[:_MOST_NAMES]]
    if len(people) > _MOST_NAMES:
        names.append(gettext("%(n)d more") % {"n": len(people) - _MOST_NAMES})
    return gettext("%(names)s (%(role)s)") % {
        "names": _and(names),
        "role": {
            Audience.CONTACT: gettext("contact"),
            Audience.OWNER: gettext("who looks after it"),
            Audience.MANAGER: gettext("manager of %(owner)s") % {"owner": told.owner},
            Audience.LEAD: gettext("responsible-AI office"),
        }[audience],
    }


def reason(subject: Subject, audience: Audience) -> str:
    """Why this person gets this line."""
    names = {"about": subject.about, "owner": subject.owner or gettext("nobody yet")}
    if audience is Audience.CONTACT:
        return gettext("You are named as a contact of %(about)s.") % names
    if audience is Audience.MANAGER:
        return gettext("You are the manager of %(owner)s, who looks after %(about)s.") % names
    if audience is Audience.LEAD:
        return gettext("You are a lead of the responsible-AI office; the owner is %(owner)s.") % (
            names
        )
    return {
        SubjectKind.DEPLOYMENT: gettext("You look after the customer %(about)s."),
        SubjectKind.CONDITION: gettext("You own this condition of %(about)s."),
        SubjectKind.EXCEPTION: gettext("You asked for this exception for %(about)s."),
        SubjectKind.GRANT: gettext("You filed the application of %(about)s."),
        SubjectKind.REREVIEW: gettext("You began the use case %(about)s."),
        SubjectKind.EVALUATION: gettext("You began the use case %(about)s."),
    }[subject.kind] % names


# Subject line -------------------------------------------------------------------------------------


def subject_line(
    subject: Subject, deadline: Deadline, *, count: int, on: date, is_escalation: bool
) -> str:
    """What and by when, for the most urgent of ``count`` lines. One line, whatever names hold."""
    names = {
        "what": one_line(subject.title),
        "about": one_line(subject.about),
        "day": short_day(deadline.last_day),
        "left": left(deadline.last_day, on=on),
    }
    if on > deadline.last_day:
        words = {
            SubjectKind.DEPLOYMENT: gettext("Overdue since %(day)s: %(what)s at %(about)s"),
        }.get(subject.kind, gettext("Overdue since %(day)s: %(what)s (%(about)s)"))
    else:
        words = {
            SubjectKind.DEPLOYMENT: gettext("%(what)s at %(about)s must end by %(day)s (%(left)s)"),
            SubjectKind.CONDITION: gettext("Condition due by %(day)s (%(left)s): %(about)s"),
            SubjectKind.EXCEPTION: gettext("Exception for %(what)s ends on %(day)s (%(left)s)"),
            SubjectKind.GRANT: gettext(
                "Access of %(about)s to %(what)s: verify again by %(day)s (%(left)s)"
            ),
            SubjectKind.REREVIEW: gettext("Re-review due by %(day)s (%(left)s): %(about)s"),
            SubjectKind.EVALUATION: gettext("Evaluation due by %(day)s (%(left)s): %(about)s"),
        }[subject.kind]
    line = words % names
    if is_escalation:
        line = gettext("For you to act: %(line)s") % {"line": line}
    if count > 1:
        line = ngettext("%(line)s, and %(n)d more", "%(line)s, and %(n)d more", count - 1) % {
            "line": line,
            "n": count - 1,
        }
    return one_line(line, longest=250)


def one_line(text: str, *, longest: int = _LONGEST_NAME) -> str:
    """Without line breaks and other control characters, cut at ``longest``."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= longest else flat[: longest - 1].rstrip() + "…"


def _and(parts: Iterable[str]) -> str:
    *first, last = [*parts] or [""]
    return gettext(" and ").join([", ".join(first), last] if first else [last])
