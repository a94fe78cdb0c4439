"""Who sees which mail: the question about one and the list of all give the same answer."""

import pytest

from reviews.domain.enums import Audience, MailKind, Role, SubjectKind
from reviews.models import Deadline, Deployment, Mail
from reviews.permissions.outbox import can_view_mail, visible_mails
from tests.builders import NOW, TODAY, customer, user
from tests.builders_access import capability
from tests.builders_mail import contact, deadline, line, mail, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(roles, catalogue):
    """To a contact and to users; about the register, a case, both; a digest."""
    kit = contact(customer("Harbour Bank"))
    row = Deployment.objects.create(
        customer=kit.customer, capability=capability("emotion"), use="x", registered_at=NOW
    )
    of_register = deadline(row)
    of_case = Deadline.objects.create(
        subject_kind=SubjectKind.CONDITION,
        subject_id=1,
        version=1,
        last_day=TODAY,
        set_at=NOW,
        set_on=TODAY,
    )
    lena = user("lena_to", Role.LEAD)
    found = {
        "to contact": sent(kit),
        "empty": mail(lena),
        "digest": sent(user("omar_to"), kind=MailKind.DIGEST),
    }
    for name, about in {
        "register": [of_register],
        "case": [of_case],
        "mixed": [of_register, of_case],
    }.items():
        found[name] = mail(user(f"{name}_to"), kind=MailKind.ESCALATION)
        for one in about:
            line(found[name], one, audience=Audience.LEAD)
    line(found["to contact"], of_register)
    return found


@pytest.mark.parametrize("role", Role)
def test_one_answer(mails, role):
    person = user("somebody", role)
    own = sent(person, kind=MailKind.DIGEST)

    for one in [*mails.values(), own]:
        assert bool(can_view_mail(person, one)) is visible_mails(person).filter(pk=one.pk).exists()
    assert can_view_mail(person, own)


def test_a_sunset_owner_sees_the_register_and_no_case(mails):
    sol = user("sol", Role.SUNSET_OWNER)

    seen = {name for name, one in mails.items() if can_view_mail(sol, one)}

    assert seen == {"to contact", "empty", "register"}


def test_leads_auditors_and_administrators_see_all(mails):
    for role in (Role.LEAD, Role.AUDITOR, Role.ADMIN):
        assert visible_mails(user(role.value, role)).count() == Mail.objects.count()
