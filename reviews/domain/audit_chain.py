"""The hash chain of the audit log: what is hashed, and in which form."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime

FORMAT = 1
"""Version of the hashed form; part of what is hashed."""

GENESIS = "0" * 64
"""``previous_digest`` of the first event."""


def canonical(value: object) -> str:
    """One text per value: sorted keys, no spaces, no escapes beyond JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def moment(at: datetime) -> str:
    """UTC with microseconds, so that every zone gives the same text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(
    *,
    previous: str,
    seq: int,
    kind: str,
    actor: str | None,
    subject: tuple[str, str, str],
    use_case: int | None,
    data: Mapping[str, object],
    occurred_at: datetime,
    business_at: datetime,
    business_on: date,
) -> str:
    """SHA-256 in hexadecimal over the previous digest and the canonical event."""
    event = {
        "format": FORMAT,
        "seq": seq,
        "kind": str(kind),
        "actor": actor,
        "subject": list(subject),
        "use_case": use_case,
        "data": data,
        "occurred_at": moment(occurred_at),
        "business_at": moment(business_at),
        "business_on": business_on.isoformat(),
    }
    return hashlib.sha256((previous + canonical(event)).encode()).hexdigest()
