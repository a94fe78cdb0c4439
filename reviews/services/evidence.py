"""Add and remove files that back the answers."""

from datetime import date, datetime, timedelta
from typing import BinaryIO

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext

from reviews.domain.enums import AuditKind
from reviews.domain.errors import BadInput
from reviews.integrations import uploads
from reviews.models import Condition, Evidence, Submission, UseCase, User, Verdict
from reviews.permissions.rulings import require
from reviews.permissions.use_cases import can_edit
from reviews.services import audit
from reviews.services.transitions import locked

MOST_FILES = 20
LARGEST_CASE = 100 * uploads.MIB
"""Bytes of all files of one use case together."""

_STRAY_AFTER = timedelta(hours=1)


def add(
    use_case: UseCase,
    *,
    name: str,
    declared: str,
    content: BinaryIO,
    by: User,
    at: datetime,
    on: date,
    title: str = "",
) -> Evidence:
    """Check, store and record one file.

    The bytes are written before the row: when the row fails they are deleted at once, and after
    a crash ``sweep`` finds them. Raises ``BadInput`` with words about the file, ``NotPermitted``
    or ``TransitionNotAllowed``; then nothing is kept.
    """
    require(can_edit(by, use_case))
    checked = uploads.check(name, declared, content)
    stored = uploads.store(content)
    try:
        return _record(use_case, checked, stored, title=title, by=by, at=at, on=on)
    except BaseException:
        uploads.discard(stored)
        raise


@transaction.atomic
def _record(
    use_case: UseCase,
    checked: uploads.CheckedFile,
    stored: str,
    *,
    title: str,
    by: User,
    at: datetime,
    on: date,
) -> Evidence:
    use_case = locked(use_case)
    require(can_edit(by, use_case))
    _check_room(use_case, checked)
    evidence = Evidence.objects.create(
        use_case=use_case,
        name=checked.name,
        title=title.strip()[:300],
        media_type=checked.media_type,
        size=checked.size,
        digest=checked.digest,
        file=stored,
        added_by=by,
        added_at=at,
    )
    audit.record(
        AuditKind.EVIDENCE_ADDED,
        subject=evidence,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        digest=checked.digest,
        size=checked.size,
        media_type=checked.media_type,
    )
    return evidence


def _check_room(use_case: UseCase, checked: uploads.CheckedFile) -> None:
    present = use_case.evidence.filter(removed_at__isnull=True)
    if present.filter(digest=checked.digest).exists():
        raise BadInput(
            gettext("“%(checked_name)s” is here already: a file with the same contents.")
            % {"checked_name": checked.name}
        )
    totals = present.aggregate(files=Count("pk"), size=Sum("size"))
    if totals["files"] >= MOST_FILES:
        raise BadInput(
            gettext("A use case holds %(most_files)s files at most. Remove one first.")
            % {"most_files": MOST_FILES}
        )
    if (totals["size"] or 0) + checked.size > LARGEST_CASE:
        raise BadInput(
            gettext(
                "With “%(checked_name)s” the files of this use case would be larger than"
                " %(size_words)s together. Remove one first."
            )
            % {"checked_name": checked.name, "size_words": uploads.size_words(LARGEST_CASE)}
        )


@transaction.atomic
def remove(evidence: Evidence, *, by: User, at: datetime, on: date) -> Evidence:
    """Take a file off the case. Its bytes are deleted unless a record of ours rests on them."""
    use_case = locked(evidence.use_case)
    require(can_edit(by, use_case))
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.removed_at is not None:
        raise BadInput(gettext("This file was removed already."))
    evidence.removed_at = at
    evidence.save(update_fields=["removed_at"])
    kept, stored = _is_cited(evidence), str(evidence.file.name)
    if not kept:
        transaction.on_commit(lambda: uploads.discard(stored))
    audit.record(
        AuditKind.EVIDENCE_REMOVED,
        subject=evidence,
        by=by,
        at=at,
        on=on,
        use_case=use_case,
        digest=evidence.digest,
        bytes_kept=kept,
    )
    return evidence


def sweep(*, at: datetime) -> int:
    """Delete stored bytes that no row names: what a crash left behind an hour ago or earlier.

    It changes no row, so it writes no event. Returns how many files it deleted.
    """
    kept = Evidence.objects.values_list("file", flat=True)
    found = uploads.strays(kept.iterator(), older_than=at - _STRAY_AFTER)
    for name in found:
        uploads.discard(name)
    return len(found)


def _is_cited(evidence: Evidence) -> bool:
    """Whether a submission, a verdict or the proof of a condition names the file."""
    return (
        Submission.objects.filter(evidence__contains=[{"uid": str(evidence.uid)}]).exists()
        or Verdict.objects.filter(evidence=evidence).exists()
        or Condition.objects.filter(proof_evidence=evidence).exists()
    )
