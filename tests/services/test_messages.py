"""The words of a mail, as they stand at the moment of sending."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.domain.enums import Audience, MailKind, Outcome, Role, SubjectKind
from reviews.models import Deadline, Evaluation, Mail, Requirement
from reviews.services.deciding import record_decision
from reviews.services.reminding import messages
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import decided_case, granted, granted_exception
from tests.builders_deciding import awaiting_decision, condition_draft, decisions, office
from tests.builders_mail import line as line_about
from tests.builders_mailing import deadline, line, mail_to
from tests.builders_reminding import contact, owned, running

pytestmark = pytest.mark.usefixtures("roles", "catalogue")

SAFE = date(2023, 6, 16)


def at(day: int, month: int = 6, hour: int = 9) -> datetime:
    return datetime(2023, month, day, hour, 30, tzinfo=UTC)


def to_contact(slug="emotion", step="T-30", *, of=None, uses=("Camera app",)):
    """A mail to a contact with a line for each use."""
    of = of or owned("Harbour Bank")
    mail = mail_to(contact(of, "Maria Müller"))
    for use in uses:
        about = deadline(running(slug, of=of, use=use), last_safe_filing_on=SAFE)
        line(mail, about, step=step)
    return mail


def composed(mail, when=NOW):
    lines = mail.reminders.select_related("deadline", "step").order_by("pk")
    message = messages.compose(mail, list(lines), at=when)
    assert message is not None
    return message


def test_the_subject_says_what_and_by_when():
    message = composed(to_contact())

    assert message.subject == (
        "Face: Emotion at Harbour Bank must end by 30 June 2023 (29 days left)"
    )
    assert message.to.endswith("@customer.example")


def test_days_left_are_counted_at_the_moment_of_sending():
    mail = to_contact()

    assert "(5 days left)" in composed(mail, at(25)).subject
    assert "(today is the last day)" in composed(mail, at(30)).subject
    assert composed(mail, at(1, 7)).subject.startswith("Overdue since 30 June 2023")


def test_days_left_end_at_midnight_where_the_deployment_runs():
    mail = to_contact()
    Deadline.objects.update(time_zone="Pacific/Kiritimati")

    assert "1 day overdue" in composed(mail, at(30, hour=11)).text


@pytest.mark.parametrize("slug", ["emotion", "identify"])
def test_up_to_the_last_safe_filing_day_it_says_by_when_to_file(slug):
    mail = to_contact(slug)

    asked = "apply for Limited Access by" if slug == "identify" else "ask for more time by"
    for body in (composed(mail, at(16)).text, composed(mail, at(16)).html):
        assert f"{asked} Friday 16 June 2023" in body
        assert "up to 10 working days" in body
        assert "Plan to be without it" not in body


@pytest.mark.parametrize("slug", ["emotion", "identify"])
def test_after_it_says_to_plan_to_be_without_it(slug):
    message = composed(to_contact(slug), at(17))

    assert "Plan to be without it from Saturday 1 July 2023" in message.text
    assert "apply for" not in message.text
    assert "ask for more time" not in message.text


def test_the_contact_is_told_who_hears_of_it_next_and_on_which_day():
    of = owned("Harbour Bank")
    message = composed(to_contact(of=of))

    assert (
        f"If we do not hear from you, we tell {of.owner} (who looks after it)"
        " on Friday 16 June 2023." in message.text
    )


def test_the_owner_is_told_that_the_manager_hears_of_it_next():
    of = owned("Harbour Bank")
    mail = mail_to(of.owner, kind=MailKind.ESCALATION)
    about = deadline(running(of=of), last_safe_filing_on=SAFE)
    line(mail, about, step="FILING", audience=Audience.OWNER)

    message = composed(mail, at(16))

    manager = f"{of.owner.manager} (manager of {of.owner})"
    assert f"{manager} will be told on Friday 23 June 2023" in message.text
    assert "The customer is asked: “" in message.text
    assert "Reach the customer, and record on the page what you learn." in message.text
    assert message.subject.startswith("For you to act: ")


def test_nobody_is_announced_once_everybody_is_told():
    user("ada_lead", Role.LEAD)
    of = owned()
    mail = mail_to(of.owner, kind=MailKind.ESCALATION)
    line(mail, deadline(running(of=of)), step="T+1", audience=Audience.OWNER)

    assert "will be told" not in composed(mail, at(3, 7)).text


def test_one_mail_groups_the_uses_under_one_deadline_and_says_what_is_common_once():
    mail = to_contact(uses=("Camera app", "Kiosk", "Shop window"))

    message = composed(mail)

    assert message.text.count("Last permitted day: Friday 30 June 2023") == 1
    assert message.subject.endswith(", and 2 more")
    links = {one for one in message.text.split() if "/answer/" in one}
    assert len(links) == 3
    assert all(one in message.html for one in links)


def test_a_person_with_an_account_gets_links_to_the_pages_not_to_answers():
    of = owned("Harbour Bank")
    row = running(of=of)
    mail = mail_to(of.owner, kind=MailKind.ESCALATION)
    line(mail, deadline(row), step="T-7", audience=Audience.OWNER)

    message = composed(mail)

    assert row.get_absolute_url() in message.text
    assert "/answer/" not in message.text + message.html


def test_replies_reach_the_owner_of_the_customer():
    of = owned()

    assert composed(to_contact(of=of)).reply_to == of.owner.email
    assert composed(to_contact(of=customer())).reply_to == ""


def test_it_says_why_it_came_and_that_it_cannot_be_turned_off():
    message = composed(to_contact())

    for body in (message.text, message.html):
        assert "You are named as a contact of Harbour Bank." in body
        assert "cannot be turned off" in body
    assert "List-Unsubscribe" not in message.headers


def test_names_break_neither_headers_nor_html():
    of = owned("Evil\r\nBcc: all@example.test <b>Bank</b> " + "Ü" * 250)
    message = composed(to_contact(of=of, uses=("<script>alert(1)</script>",)))

    assert "\n" not in message.subject and "\r" not in message.subject
    assert len(message.subject) <= 250
    assert "<script>" not in message.html
    assert "<b>" not in message.html
    assert "<script>alert(1)</script>" in message.text


def test_the_html_loads_nothing_from_elsewhere():
    message = composed(to_contact())

    assert "<img" not in message.html
    assert "src=" not in message.html
    assert "url(" not in message.html
    assert 'name="viewport"' in message.html


def test_a_line_is_an_escalation_with_its_reason_for_a_manager():
    of = owned("Harbour Bank")
    mail = mail_to(of.owner.manager, kind=MailKind.ESCALATION)
    line(mail, deadline(running(of=of)), step="T-7", audience=Audience.MANAGER)

    message = composed(mail)

    assert f"You are the manager of {of.owner}, who looks after Harbour Bank." in message.text


def test_many_lines_to_a_person_with_an_account_are_cut_and_counted():
    of = owned()
    mail = mail_to(of.owner, kind=MailKind.ESCALATION)
    for number in range(messages.MOST_LINES + 3):
        about = deadline(running(of=of, use=f"Use {number}"))
        line(mail, about, step="T-7", audience=Audience.OWNER)

    message = composed(mail)

    assert "And 3 more." in message.text
    assert message.subject.endswith(f", and {messages.MOST_LINES + 2} more")


def test_a_mail_to_a_contact_spells_out_every_line():
    count = messages.MOST_LINES + 3
    mail = to_contact(uses=[f"Use {number}" for number in range(count)])

    assert composed(mail).text.count("/answer/") == count


def test_no_line_is_no_mail():
    mail = mail_to(contact(owned()))

    assert messages.compose(mail, [], at=NOW) is None


def test_the_number_of_queries_does_not_grow_with_the_lines():
    few = to_contact(of=owned("One"), uses=["A"])
    many = to_contact(of=owned("Two"), uses=[f"Use {number}" for number in range(12)])

    counts = []
    for one in (few, many):
        mail = Mail.objects.select_related("user", "contact").get(pk=one.pk)
        lines = list(mail.reminders.select_related("deadline", "step"))
        with CaptureQueriesContext(connection) as queries:
            messages.compose(mail, lines, at=NOW)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6


# Everything that is no deployment ---------------------------------------------------------------


def about(kind, row, *, last_day=date(2023, 7, 1)):
    """Its current deadline, on this day."""
    found, _ = Deadline.objects.update_or_create(
        subject_kind=kind,
        subject_id=row.pk,
        is_current=True,
        defaults={"last_day": last_day},
        create_defaults={"version": 1, "last_day": last_day, "set_at": NOW, "set_on": TODAY},
    )
    return found


def subject_of(kind, people):
    """A subject of this kind, and who answers for it."""
    if kind is SubjectKind.GRANT:
        row = granted(people.team, people.requester)
        return row, row.application.filed_by
    draft = condition_draft(people.requester, people.reviewer)
    if kind is SubjectKind.CONDITION:
        case = awaiting_decision(people)
        made = record_decision(
            case,
            scenarios=decisions(case, Outcome.WITH_CONDITIONS, (draft,)),
            by=people.lead,
            at=NOW,
            on=TODAY,
        )
        return made.decisions.get().conditions.get(), people.requester
    case = decided_case(people)
    if kind is SubjectKind.EXCEPTION:
        return granted_exception(people, case), people.requester
    if kind is SubjectKind.REREVIEW:
        return case, case.created_by
    requirement = Requirement.objects.current().get(code="A3.5")
    row = Evaluation.objects.create(
        use_case=case, requirement=requirement, interval_days=365, due_on=TODAY, opened_at=NOW
    )
    return row, case.created_by


@pytest.mark.parametrize(
    ("kind", "subject", "words", "reason"),
    [
        (SubjectKind.CONDITION, "Condition due by", "Give the proof on its page", "You own this"),
        (SubjectKind.EXCEPTION, "Exception for Face: Emotion ends", "regular policy", "You asked"),
        (SubjectKind.GRANT, "verify again by", "Access lapses on the day after", "You filed"),
        (SubjectKind.REREVIEW, "Re-review due by", "whether the answers on file", "You began"),
        (SubjectKind.EVALUATION, "Evaluation due by", "again and again", "You began"),
    ],
    ids=lambda value: getattr(value, "value", ""),
)
def test_every_kind_has_its_own_words(kind, subject, words, reason):
    row, owner = subject_of(kind, office())
    mail = mail_to(owner)
    line_about(mail, about(kind, row), step="T-30", audience=Audience.OWNER)

    message = composed(mail)

    assert subject in message.subject
    assert "1 July 2023 (30 days left)" in message.subject
    for body in (message.text, message.html):
        assert words in body
        assert reason in body
        assert "The customer is asked" not in body
    pages = r"http://localhost:\d+/(conditions|access|use-cases|evaluations)/"
    assert re.search(pages, message.text)


def test_one_mail_carries_lines_of_several_kinds_the_most_urgent_first():
    people = office()
    row, owner = subject_of(SubjectKind.GRANT, people)
    condition, _ = subject_of(SubjectKind.CONDITION, people)
    mail = mail_to(owner)
    line_about(mail, about(SubjectKind.GRANT, row), step="T-30", audience=Audience.OWNER)
    first = about(SubjectKind.CONDITION, condition, last_day=date(2023, 6, 8))
    line_about(mail, first, step="T-7", audience=Audience.OWNER)

    message = composed(mail)

    assert message.subject.startswith("Condition due by 8 June 2023 (7 days left)")
    assert message.text.index("Condition to keep") < message.text.index("must be verified again")
