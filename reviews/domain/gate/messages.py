"""What every finding says: plain words, with the next step. English here; floor 5 translates.

Placeholders in ``%(name)s`` are the finding's parameters. Days are filled in as words
("30 June 2023"), a number of days with its noun ("1 day").
"""

from collections.abc import Callable, Mapping
from datetime import date

from reviews.domain.gate.answers import Finding, Value
from reviews.domain.texts import gettext_noop

MESSAGES: Mapping[str, str] = {
    # Open
    "no_policy": gettext_noop(
        "No policy for %(capability)s was in force on this day. It was open to everyone."
    ),
    "open": gettext_noop("%(capability)s is open. It needs no registration and no application."),
    "open_until_cutoff": gettext_noop(
        "%(capability)s is open until %(since)s. From that day on, new customers are refused."
    ),
    "open_with_review": gettext_noop(
        "File a use case before you go live: this use is reviewed, although nobody has to apply."
    ),
    # Retired
    "retired_new": gettext_noop(
        "%(capability)s is retired: closed to new customers since %(since)s. Only customers who"
        " were using it then may go on, until %(last_day)s. There is nothing to apply for. If it"
        " serves people with disabilities, say so: then you can ask for an accessibility"
        " exception. Otherwise use one of the alternatives."
    ),
    "retired_new_ended": gettext_noop(
        "%(capability)s has been closed to new customers since %(since)s. There is nothing to apply"
        " for. If it serves people with disabilities, say so: then you can ask for an accessibility"
        " exception. Otherwise use one of the alternatives."
    ),
    "retired_grace": gettext_noop(
        "%(capability)s is retired. A customer who was using it already may go on until"
        " %(last_day)s, that day included. Plan to have stopped by then."
    ),
    "retired_ended": gettext_noop(
        "%(capability)s is retired, and its last permitted day was %(last_day)s. Nobody may use"
        " it any more without a named exception."
    ),
    "retired_overdue": gettext_noop(
        "%(capability)s is retired, and the last permitted day was %(last_day)s. The use is"
        " overdue by %(overdue_days)s. Stop it now and record that it has stopped; only a named"
        " exception or a granted extension would permit it again."
    ),
    "retired_exception": gettext_noop(
        "%(capability)s has been retired since %(since)s, but an accessibility scenario may be"
        " exempted. File a use case and ask for the exception; do not use it before two leads"
        " have granted it."
    ),
    "exception_by": gettext_noop(
        "To go on after %(last_day)s, ask for the exception by %(by)s: a review needs that time."
    ),
    "exception_by_passed": gettext_noop(
        "The last safe day to ask for the exception was %(by)s. Ask at once, and plan to be"
        " without it after %(last_day)s."
    ),
    # What lifts
    "extension_valid": gettext_noop(
        "An extension was granted: this use may go on until %(last_day)s, that day included,"
        " instead of %(regular_day)s. Plan to have stopped by then."
    ),
    "exception_valid": gettext_noop(
        "An exception covers this scenario until %(last_day)s, that day included. Its scope:"
        " %(scope)s"
    ),
    "exception_ended": gettext_noop(
        "There was an exception, but its last day was %(last_day)s. It permits nothing any"
        " more; ask for a new one if the scenario still needs it."
    ),
    "exception_for_another_scenario": gettext_noop(
        "An exception is held until %(last_day)s, but for another scenario. It does not cover"
        " this one."
    ),
    "grant_valid": gettext_noop("Access is granted for this use, and for this use only: %(use)s"),
    "grant_valid_until": gettext_noop(
        "Access is granted for this use, and for this use only, until %(last_day)s, that day"
        " included: %(use)s Have it re-verified before it lapses."
    ),
    "la_grace": gettext_noop(
        "%(capability)s is under Limited Access. A customer who was using it already may go on"
        " until %(last_day)s, that day included. After that day only an approved use may go on."
    ),
    # Limited Access
    "la_apply": gettext_noop(
        "%(capability)s is under Limited Access: apply for this use and wait for the approval"
        " before you use it. A review takes up to %(days)s working days."
    ),
    "la_filed": gettext_noop(
        "An application is filed and waits for its decision. Do not use %(capability)s before"
        " it is approved. A review takes up to %(days)s working days."
    ),
    "la_listed": gettext_noop("The use stands on the closed list. Edition: %(edition)s."),
    "la_no_list": gettext_noop(
        "No list of approved uses is known for %(capability)s. The office judges the use, so"
        " describe it in the application."
    ),
    "la_filed_in_grace": gettext_noop(
        "An application is filed. If it is not approved by %(last_day)s, the use ends with that"
        " day."
    ),
    "la_file_by": gettext_noop(
        "To go on after %(last_day)s, file an application by %(by)s: a review needs that time,"
        " and it must be approved by the last permitted day. Only listed uses of managed"
        " customers can be approved; otherwise plan to be without it."
    ),
    "la_file_by_passed": gettext_noop(
        "The last safe day to file an application was %(by)s. File at once, and plan to be"
        " without %(capability)s after %(last_day)s until it is approved."
    ),
    "la_plan_without_unlisted": gettext_noop(
        "The use is not on the closed list, so it cannot be approved. Plan to be without"
        " %(capability)s after %(last_day)s. %(feedback)s"
    ),
    "la_plan_without_unmanaged": gettext_noop(
        "Only managed customers can be approved. Plan to be without %(capability)s after"
        " %(last_day)s."
    ),
    "la_plan_without_denied": gettext_noop(
        "The application was denied. Plan to be without %(capability)s after %(last_day)s, or"
        " appeal with new facts."
    ),
    "la_use_not_listed": gettext_noop(
        "This use is not on the closed list of approved uses for its sector, so nobody can be"
        " approved for it. Edition of the list: %(edition)s. %(feedback)s"
    ),
    "la_not_managed": gettext_noop(
        "Only managed customers can apply for %(capability)s. %(meaning)s Use one of the"
        " alternatives, or let a managed partner apply."
    ),
    "la_denied": gettext_noop(
        "The application for %(capability)s was denied. Read the reason; you may appeal, or"
        " apply again when the facts have changed."
    ),
    "la_ended": gettext_noop(
        "%(capability)s needs an approved application since its last permitted day,"
        " %(last_day)s, has passed. Stop until one is approved."
    ),
    "la_overdue": gettext_noop(
        "The last permitted day without an approval was %(last_day)s. The use is overdue by"
        " %(overdue_days)s. Stop it, and apply: it is refused until the application is approved."
    ),
    "grant_other_use": gettext_noop(
        "Access was granted for another use (%(use)s). A grant is bound to its use: apply for"
        " this one as well, and wait for the approval."
    ),
    "grant_revoked": gettext_noop(
        "The grant was revoked. Stop using %(capability)s, settle the reason with the office,"
        " and apply again."
    ),
    "grant_lapsed": gettext_noop(
        "The grant lapsed because its re-verification was missed. Stop using %(capability)s and"
        " have the facts verified again; then it can be granted anew."
    ),
    # Hard stops
    "stop_us_police": gettext_noop(
        "%(capability)s may not be used by or for state or local police in the United States."
        " No review, grant or exception lifts this."
    ),
    "stop_bodycam": gettext_noop(
        "Faces may not be recognised in real time on cameras that officers wear or carry,"
        " anywhere in the world. No review, grant or exception lifts this."
    ),
    "stop_eu_emo": gettext_noop(
        "In the European Union, inferring emotions at work or in education is banned since 2"
        " February 2025, except for medical or safety reasons: Article 5(1)(f) of the EU AI Act."
        " Neither consent nor a notice cures that. Ask legal counsel."
    ),
    "unless_stop_us_police": gettext_noop(
        "Nobody has said yet who uses it in the end. If that is state or local police in the"
        " United States, or somebody for them, this answer turns into a hard stop."
    ),
    "unless_stop_bodycam": gettext_noop(
        "If it recognises people in real time on cameras that officers wear or carry, this"
        " answer turns into a hard stop."
    ),
    "unless_stop_eu_emo": gettext_noop(
        "If it reads emotions at work or in education in the European Union, with no medical or"
        " safety reason, this answer turns into a hard stop."
    ),
    # Questions
    "ask_existing": gettext_noop(
        "Was the customer using %(capability)s on %(cutoff)s? A customer who was may go on until"
        " %(last_day)s; a new one may not."
    ),
    "ask_purpose": gettext_noop(
        "Does it serve people with disabilities? Such a scenario may be exempted; general use"
        " may not."
    ),
    "ask_managed": gettext_noop("Is the customer managed? %(meaning)s"),
    "ask_use": gettext_noop(
        "Which use is it? Only uses on a closed list can be approved, and a grant is bound to"
        " its use."
    ),
    "ask_sector": gettext_noop(
        "Is it commercial or in the public sector? The list of approved uses differs."
    ),
    "ask_end_user": gettext_noop(
        "Who uses it in the end? For state or local police in the United States it is a hard stop."
    ),
    "ask_realtime_bodycam": gettext_noop(
        "Does it recognise people in real time on cameras that officers wear or carry? Then it"
        " is a hard stop."
    ),
    "ask_setting": gettext_noop(
        "In which setting is it used? Reading emotions at work or in education is banned in the"
        " European Union."
    ),
    "ask_region": gettext_noop(
        "Where is it used? Reading emotions at work or in education is banned in the European"
        " Union."
    ),
    "ask_medical_or_safety": gettext_noop(
        "Does it serve a medical or safety purpose? Only then may emotions be read at work or"
        " in education in the European Union."
    ),
    "ask_application": gettext_noop(
        "How far has the Limited Access application come? Look it up under Access, or ask the"
        " office."
    ),
    "ask_granted_use": gettext_noop(
        "For which use was access granted? A grant is bound to its use."
    ),
    "ask_extension_until": gettext_noop(
        "Was an extension granted, and until which day? Look it up in the register."
    ),
    "ask_exception_covers": gettext_noop(
        "Does the exception that is held cover this scenario? Compare its scope."
    ),
    # Escalations
    "use_to_avoid": gettext_noop("To be avoided, so it is looked at more closely: %(use)s"),
    "use_with_care": gettext_noop("Needs extra care: %(use)s"),
    "escalation": gettext_noop("%(because)s: %(outcome)s"),
    "escalation_must_show": gettext_noop("%(because)s: %(outcome)s To be shown: %(must_show)s."),
}
"""Message id → text."""

Translate = Callable[[str], str]


def text_of(
    finding: Finding,
    translate: Translate = str,
    show_day: Callable[[date], str] | None = None,
    show_days: Callable[[int], str] | None = None,
) -> str:
    """The finding in words. Floor 5 hands in its translation and its ways to write days."""

    def shown(value: Value) -> str:
        if isinstance(value, date):
            return (show_day or day_in_words)(value)
        if isinstance(value, int):
            return (show_days or days_in_words)(value)
        if isinstance(value, tuple):
            return "; ".join(translate(part) for part in value)
        return value

    params = {name: shown(value) for name, value in finding.params.items()}
    return (translate(MESSAGES[finding.message]) % params).strip()


def day_in_words(day: date) -> str:
    """``30 June 2023``, in English whatever the machine's locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def days_in_words(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
