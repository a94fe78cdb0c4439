"""What customers do in a replayed year, done by the register's own services: answers by the link in
the mail where there is one, else what the office writes down."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from reviews.domain.customers import Act
from reviews.domain.enums import AnswerKind, DeploymentStatus
from reviews.domain.errors import DomainError, StateConflict
from reviews.domain.rehearsing import first_mail
from reviews.models import CustomerContact, Deployment, User
from reviews.permissions.sunset import can_keep
from reviews.services.sunset import answers, links, statuses

_PLAN = "The plan of the replayed year."
_WHY = "Done in the replayed year."
_BY_LINK = {
    DeploymentStatus.ACKNOWLEDGED: AnswerKind.ACKNOWLEDGED,
    DeploymentStatus.DISCONTINUED: AnswerKind.STOPPED,
}
"""What a customer can say by the link; a plan comes by mail, and the office files it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """``keys``: the deployment of each act's words. ``office``: who writes down the rest."""

    keys: Mapping[str, int]
    office: User

    def play(self, acts: Iterable[Act], *, mailed: Mapping[int, int]) -> None:
        """Do them, in their order. ``mailed``: the contact of each deployment's latest mail.

        Each happens half an hour before the next day's first mail leaves. An act that the register
        refuses, as it would refuse it today, is left out.
        """
        for act in acts:
            key = self.keys[act.key]
            at = first_mail(act.on + timedelta(days=1)) - timedelta(minutes=30)
            deployment = Deployment.objects.select_related("customer").get(pk=key)
            with suppress(DomainError):
                if not self._by_link(deployment, act, mailed.get(key), at=at):
                    self._by_office(deployment, act, at=at)

    def _by_link(
        self, deployment: Deployment, act: Act, contact_key: int | None, *, at: datetime
    ) -> bool:
        """Whether the link of the latest mail could say it."""
        if contact_key is None or act.now not in _BY_LINK:
            return False
        contact = CustomerContact.objects.get(pk=contact_key)
        try:
            deadline = answers.current_deadline(deployment)
        except StateConflict:
            return False
        link = links.read(links.token_for(deployment, deadline, contact), at=at)
        if not isinstance(link, links.Link):
            return False
        given = answers.Given(
            kind=_BY_LINK[act.now],
            said_by=contact.name,
            stopped_on=act.stopped_on if act.now is DeploymentStatus.DISCONTINUED else None,
        )
        answers.by_link(link, given, at=at, on=act.on)
        return True

    def _by_office(self, deployment: Deployment, act: Act, *, at: datetime) -> None:
        if act.now is DeploymentStatus.DISCONTINUED:
            statuses.attest(
                deployment,
                said_by=deployment.customer.name,
                stopped_on=act.stopped_on,
                reason=_WHY,
                by=self.office,
                at=at,
                on=act.on,
            )
            return
        statuses.set_status(
            deployment,
            status=act.now,
            reason=_WHY,
            plan=_PLAN,
            by=self.office,
            at=at,
            on=act.on,
        )


def office() -> User:
    """Somebody who may keep the register. Raises ``StateConflict`` where nobody may."""
    for person in User.objects.filter(is_active=True).order_by("pk"):
        if can_keep(person):
            return person
    raise StateConflict(
        gettext(
            "Nobody may keep the register, so nobody can write down an answer. Make somebody"
            " a sunset owner or a lead first."
        )
    )
