"""Signed links in mails: one deployment, one deadline version, one contact. No table keeps them.

A token is 36 bytes and a signature; it holds no name and no address. The same three give the same
token, so that a mail that leaves twice carries the same link.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer

from reviews.domain import sunset
from reviews.domain.enums import AnswerKind, SubjectKind
from reviews.models import CustomerContact, Deadline, Deployment, DeploymentAnswer

_ANSWERS = "reviews.answer"
_UNSUBSCRIBE = "reviews.unsubscribe"
_LONGEST = 200
"""Characters; no token of ours is longer."""


class Refusal(StrEnum):
    """Why a link opens no page of answers."""

    WRONG = "wrong"
    EXPIRED = "expired"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Link:
    """What a token names, as it is now.

    ``issued`` is the version of the deadline that the mail spoke of, ``current`` the one that
    holds. They differ once the last day has moved; the link stays good for what holds.
    """

    token: str
    deployment: Deployment
    contact: CustomerContact
    issued: Deadline
    current: Deadline

    @property
    def is_superseded(self) -> bool:
        return self.issued.version != self.current.version


# Answers ------------------------------------------------------------------------------------------


def token_for(deployment: Deployment, deadline: Deadline, contact: CustomerContact) -> str:
    """The token of this contact's link for this version of the deployment's deadline."""
    payload = deployment.uid.bytes + contact.uid.bytes + deadline.version.to_bytes(4, "big")
    return _sign(_ANSWERS, payload)


def read(token: str, *, at: datetime) -> Link | Refusal:
    """The link, or why it opens nothing at this moment of business time.

    Usable up to the 28th day after the last day that its mail named, or after the one that holds
    now, whichever is later, in the deployment's zone. A contact who departed, or who named
    somebody else for this deployment, answers no more. At most four queries.
    """
    names = _names(token)
    if names is None:
        return Refusal.WRONG
    deployment_uid, contact_uid, version = names
    deployment = (
        Deployment.objects.select_related("customer__owner", "capability__service")
        .filter(uid=deployment_uid)
        .first()
    )
    contact = CustomerContact.objects.filter(uid=contact_uid).first()
    if deployment is None or contact is None or not _may_answer(contact, deployment):
        return Refusal.WRONG
    versions = list(
        Deadline.objects.filter(
            subject_kind=SubjectKind.DEPLOYMENT, subject_id=deployment.pk
        ).order_by("version")
    )
    issued = next((one for one in versions if one.version == version), None)
    if issued is None:
        return Refusal.WRONG
    current = next((one for one in versions if one.is_current), versions[-1])
    last_day = max(issued.last_day, current.last_day)
    if not sunset.link_usable(last_day, on=deployment.today(at)):
        return Refusal.EXPIRED
    if contact.departed_at is not None or _handed_over(contact, deployment):
        return Refusal.HANDED_OVER
    return Link(token, deployment, contact, issued, current)


def _names(token: str) -> tuple[UUID, UUID, int] | None:
    payload = _unsign(_ANSWERS, token)
    if payload is None or len(payload) != 36:
        return None
    return UUID(bytes=payload[:16]), UUID(bytes=payload[16:32]), int.from_bytes(payload[32:], "big")


def _may_answer(contact: CustomerContact, deployment: Deployment) -> bool:
    """Whether this person was a contact of this deployment at all."""
    return contact.customer_id == deployment.customer_id and contact.deployment_id in (
        None,
        deployment.pk,
    )


def _handed_over(contact: CustomerContact, deployment: Deployment) -> bool:
    return DeploymentAnswer.objects.filter(
        deployment=deployment, contact=contact, kind=AnswerKind.SOMEONE_ELSE
    ).exists()


# Turning the digest off ---------------------------------------------------------------------------


def unsubscribe_token(user_uid: UUID) -> str:
    """Of the link that turns this person's digest off. It does nothing else and never ends."""
    return _sign(_UNSUBSCRIBE, user_uid.bytes)


def read_unsubscribe(token: str) -> UUID | None:
    """The person's ``uid``; ``None`` for a token that is not ours."""
    payload = _unsign(_UNSUBSCRIBE, token)
    return UUID(bytes=payload) if payload and len(payload) == 16 else None


def _sign(salt: str, payload: bytes) -> str:
    return Signer(salt=salt, sep=".").sign(
        base64.urlsafe_b64encode(payload).rstrip(b"=").decode("ascii")
    )


def _unsign(salt: str, token: str) -> bytes | None:
    if len(token) > _LONGEST:
        return None
    try:
        text = Signer(salt=salt, sep=".").unsign(token)
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
