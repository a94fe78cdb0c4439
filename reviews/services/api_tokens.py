"""Tokens of the API: created and shown once, found by their secret, revoked."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind, Scope
from reviews.domain.errors import BadInput, Incomplete
from reviews.models import ApiToken, User
from reviews.permissions.api_tokens import can_create_token, can_revoke_token
from reviews.permissions.rulings import require
from reviews.services import audit

LONGEST_LIFE = 365
"""Days."""
MARK = "rai_"
"""How a token begins, so that scanners of secrets find it."""
_SECRET_BYTES = 32
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class NewToken:
    """The row, and the secret that is shown once and kept nowhere."""

    row: ApiToken
    secret: str


@transaction.atomic
def create(
    owner: User,
    *,
    name: str,
    scopes: Collection[Scope],
    days: int,
    now: datetime,
    by: User,
    at: datetime,
    on: date,
) -> NewToken:
    """A token that works for ``days`` days of real time (``now``), at most a year.

    Raises ``NotPermitted``, ``Incomplete`` without a name or scope, ``BadInput`` for the days.
    """
    require(can_create_token(by, owner, scopes))
    if not name.strip():
        raise Incomplete(gettext("Name the token after what will use it."), ("name",))
    if len(name.strip()) > 80:
        raise BadInput(gettext("Name the token in 80 characters at most."))
    if not scopes:
        raise Incomplete(gettext("Choose at least one scope."), ("scopes",))
    if not 1 <= days <= LONGEST_LIFE:
        raise BadInput(
            gettext("A token works for 1 to %(most)d days; choose a number of days between.")
            % {"most": LONGEST_LIFE}
        )

    prefix = secrets.token_hex(4)
    secret = f"{MARK}{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    row = ApiToken.objects.create(
        owner=owner,
        name=name.strip(),
        prefix=prefix,
        digest=digest_of(secret),
        scopes=[scope.value for scope in Scope if scope in scopes],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )

    audit.record(
        AuditKind.TOKEN_CREATED,
        subject=row,
        by=by,
        at=at,
        on=on,
        owner=owner.uid,
        scopes=row.scopes,
        expires_at=row.expires_at,
    )
    return NewToken(row, secret)


@transaction.atomic
def revoke(token: ApiToken, *, now: datetime, by: User, at: datetime, on: date) -> ApiToken:
    """From the next request on it opens nothing. Raises ``NotPermitted``, ``StateConflict``."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    require(can_revoke_token(by, token))

    token.revoked_at, token.revoked_by = now, by
    token.save(update_fields=["revoked_at", "revoked_by"])

    audit.record(AuditKind.TOKEN_REVOKED, subject=token, by=by, at=at, on=on, owner=token.owner.uid)
    return token


def digest_of(secret: str) -> str:
    """SHA-256 of a secret, as it is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


_USE = """
UPDATE reviews_apitoken SET
    last_used_at = date_trunc('minute', clock_timestamp()),
    window_count = CASE WHEN window_began_at = date_trunc('minute', clock_timestamp())
                        THEN window_count + 1 ELSE 1 END,
    window_began_at = date_trunc('minute', clock_timestamp())
WHERE prefix = %s AND digest = %s AND revoked_at IS NULL AND expires_at > clock_timestamp()
RETURNING *, 60 - floor(extract(second FROM clock_timestamp()))::int AS seconds_left
"""


def use(secret: str) -> ApiToken | None:
    """The usable token behind this secret; ``None`` for any other. One statement.

    It counts the request: ``window_count`` of this minute, of which ``seconds_left`` are left.
    No event: reading is not recorded here, and what a request changes is.
    """
    if not secret.startswith(MARK) or len(secret) > _LONGEST or not secret.isascii():
        return None
    prefix = secret.removeprefix(MARK).partition("_")[0]
    return next(iter(ApiToken.objects.raw(_USE, [prefix, digest_of(secret)])), None)
