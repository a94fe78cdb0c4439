"""Prepares data for the browser tests, in the portal's own environment: ``python -m …``.

What a person does is done in the browser; here stands only what is there before anybody comes:
accounts, a team, the demo's clock, an imported inventory.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from reviews.domain.enums import (  # noqa: E402
    Channel,
    DeploymentStatus,
    DigestFrequency,
    HoldReason,
    MailState,
    Origin,
    Role,
    State,
    SubjectKind,
)
from reviews.models import (  # noqa: E402
    AuditEvent,
    Deadline,
    DemoClock,
    Deployment,
    Mail,
    Submission,
    SweepHold,
    Team,
    UseCase,
    User,
    Visit,
)
from reviews.selectors import clock  # noqa: E402
from reviews.services import teams  # noqa: E402
from reviews.services.sunset import links  # noqa: E402
from tests.e2e import filing  # noqa: E402

PEOPLE: dict[str, tuple[str, list[Role]]] = {
    "ines": ("Ines Alba", [Role.REQUESTER]),
    "omar": ("Omar Said", [Role.REQUESTER]),
    "rosa": ("Rosa Blum", [Role.REVIEWER]),
    "ravi": ("Ravi Nair", [Role.REVIEWER]),
    "lena": ("Lena Koch", [Role.LEAD]),
    "luca": ("Luca Neri", [Role.LEAD]),
    "pia": ("Pia Berg", [Role.PANEL]),
    "aida": ("Aida Holm", [Role.AUDITOR]),
}


def people() -> dict[str, str]:
    """Accounts for every part, a team of two, and the business day of the scenario."""
    ahead = settings.SCENARIO_DATE - timezone.localdate()
    DemoClock.objects.update_or_create(pk=1, defaults={"offset": timedelta(days=ahead.days)})
    for name, (full_name, roles) in PEOPLE.items():
        person = User.objects.create_user(
            username=name,
            email=f"{name}@example.test",
            password=settings.DEMO_PASSWORD,
            full_name=full_name,
            time_zone="Europe/Berlin",
        )
        person.groups.set(_groups(roles))
    at, on, lead = _now(), settings.SCENARIO_DATE, User.objects.get(username="lena")
    team = teams.create_team("Gate cameras", by=lead, at=at, on=on)
    _join(team, "ines", "omar")
    return {"team": team.name}


def inventory(path: str) -> dict[str, str]:
    """Import it with the real command; ines becomes a member of the teams of two of its cases."""
    file = Path(path)
    try:
        call_command("import_use_cases", file, profile="omb-2024", json=True, stdout=sys.stderr)
    except SystemExit:
        print("some rows were rejected", file=sys.stderr)  # the import's own tests count them
    drafts = UseCase.objects.filter(
        origin=Origin.IMPORTED, state=State.DRAFT, gate_answer__in=["", "open"]
    ).order_by("reference")
    first, second = drafts[0], drafts[1]
    for team in {first.team, second.team}:
        _join(team, "ines")
    return {
        "first": first.reference,
        "second": second.reference,
        "count": str(UseCase.objects.filter(origin=Origin.IMPORTED).count()),
    }


def queue() -> dict[str, object]:
    """Ten cases of the inventory that their team, ines, filed for review the day before."""
    at = _now() - timedelta(days=1)
    people = {name: User.objects.get(username=name) for name in ("ines", "lena")}
    return {
        "cases": filing.file_ten(by=people["ines"], lead=people["lena"], at=at, on=at.date()),
    }


def looked(username: str) -> dict[str, str]:
    """This person saw an open case after its first filing, and never since."""
    first = Submission.objects.filter(number=1, use_case__submissions__number=2)
    open_ = first.filter(use_case__state=State.IN_REVIEW).order_by("use_case__reference")
    submission = open_.select_related("use_case").first()
    assert submission, "no case in review was filed twice"
    case, at = submission.use_case, submission.submitted_at
    seen = (
        AuditEvent.objects.filter(use_case_id=case.pk, business_at__lte=at).order_by("-seq").first()
    )
    Visit.objects.update_or_create(
        user=User.objects.get(username=username),
        use_case=case,
        defaults={
            **dict.fromkeys(("seen_at", "sitting_at"), at),
            **dict.fromkeys(("seen_seq", "sitting_seq"), seen.seq if seen else 0),
            **dict.fromkeys(("submission", "sitting_submission"), submission),
        },
    )
    return {"case": case.reference}


def hold() -> dict[str, str]:
    """The reminder machine stopped for far too many mails."""
    row = SweepHold.objects.create(
        reason=HoldReason.EXCESS,
        found_at=timezone.now(),
        business_at=_now(),
        business_on=_now().date(),
        mail_count=812,
        forecast_count=40,
    )
    return {"hold": str(row.uid)}


def reader() -> dict[str, str]:
    """A demo account with an unread message."""
    mails = Mail.objects.filter(channel=Channel.INBOX, state=MailState.SENT, read_at__isnull=True)
    accounts = ("sunset_owner", "lead", "lead2", "lead3", "requester", "requester2", "reviewer")
    mail = mails.filter(user__username__in=accounts).select_related("user").first()
    return {"username": mail.user.username if mail and mail.user else ""}


def _join(team: Team, *names: str) -> None:
    lead = User.objects.get(username="lena")
    for person in User.objects.filter(username__in=names):
        teams.add_member(team, person=person, by=lead, at=_now(), on=settings.SCENARIO_DATE)


def _groups(roles: list[Role]) -> list[object]:
    return list(Group.objects.filter(name__in=[role.value for role in roles]))


def _now() -> datetime:
    return timezone.now() + clock.offset()


def mailed_links() -> dict[str, str]:
    """What only a mail leads to: answers about three running uses, and turning a digest off."""
    dates = Deadline.objects.filter(
        subject_kind=SubjectKind.DEPLOYMENT, is_current=True, is_open=True, last_day__gt=_now()
    )
    rows = Deployment.objects.filter(
        pk__in=dates.values("subject_id"),
        status__in=[DeploymentStatus.DISCOVERED, DeploymentStatus.NOTIFIED],
        customer__contacts__departed_at__isnull=True,
        customer__contacts__deployment__isnull=True,
        customer__contacts__isnull=False,
    )
    found = {}
    for number, row in enumerate(rows.distinct().order_by("pk")[:3]):
        contact = row.customer.contacts.filter(departed_at=None, deployment=None).first()
        token = links.token_for(row, dates.get(subject_id=row.pk), contact)
        found[f"answer{number}"] = reverse("reviews:answer", args=[token])
    reader = User.objects.get(username="reviewer")
    User.objects.filter(pk=reader.pk).update(digest=DigestFrequency.DAILY)
    token = links.unsubscribe_token(reader.uid)
    return {**found, "unsubscribe": reverse("reviews:unsubscribe", args=[token])}


ACTS: dict[str, Callable[..., dict[str, object]]] = {
    "people": people,
    "inventory": inventory,
    "queue": queue,
    "looked": looked,
    "hold": hold,
    "reader": reader,
    "mailed_links": mailed_links,
}

if __name__ == "__main__":
    act, *words = sys.argv[1:]
    print(json.dumps(ACTS[act](*words)))
