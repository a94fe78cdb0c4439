"""Set-based writes of an import: a handful of statements, whatever the number of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.contrib.auth.hashers import make_password

from reviews.domain.enums import Origin
from reviews.domain.importing.mapping import MappedRow
from reviews.models import Capability, DraftPage, ImportedRow, ImportRun, Team, UseCase, User
from reviews.services import precedents, references
from reviews.services.importing.contents import SCENARIO, CaseContent
from reviews.services.importing.gate import CaseAnswer

BATCH = 500
"""Rows per statement: keeps memory flat and statements short."""

ACCOUNT = "inventory-import"


@dataclass(frozen=True, slots=True)
class Planned:
    """One row and the case that it should make."""

    row: MappedRow
    key: str
    content: CaseContent
    answer: CaseAnswer


def import_account() -> User:
    """Stands as author where no person ran the import. It cannot sign in."""
    account, _ = User.objects.get_or_create(
        username=ACCOUNT,
        defaults={
            "full_name": "Inventory import",
            "is_active": False,
            "password": make_password(None),
        },
    )
    return account


def teams_for(planned: Sequence[Planned], *, at: datetime) -> tuple[dict[str, Team], int]:
    """The teams by name, and how many of them are new."""
    names = {one.content.team for one in planned}
    before = set(Team.objects.filter(name__in=names).values_list("name", flat=True))
    missing = sorted(names - before)
    Team.objects.bulk_create([Team(name=name, created_at=at) for name in missing], BATCH)
    return {team.name: team for team in Team.objects.filter(name__in=names)}, len(missing)


def create_cases(
    planned: Sequence[Planned],
    run: ImportRun,
    *,
    teams: Mapping[str, Team],
    author: User,
    at: datetime,
    on: date,
) -> None:
    """Draft cases with their answers, capabilities and raw rows."""
    if not planned:
        return
    numbers = references.allot(len(planned), on=on)
    cases = [
        UseCase(
            reference=reference,
            origin=Origin.IMPORTED,
            created_by=author,
            created_at=at,
            state_since=at,
            **_columns(one, teams, at),
        )
        for one, reference in zip(planned, numbers, strict=True)
    ]
    UseCase.objects.bulk_create(cases, BATCH)
    pairs = list(zip(planned, cases, strict=True))
    _add_capabilities(pairs)
    DraftPage.objects.bulk_create(
        (
            DraftPage(
                use_case=case, page=_stored_key(page), answers=answers, saved_by=author, saved_at=at
            )
            for one, case in pairs
            for page, answers in one.content.pages.items()
        ),
        BATCH,
    )
    ImportedRow.objects.bulk_create(
        (ImportedRow(use_case=case, **_raw(one, run)) for one, case in pairs), BATCH
    )
    _describe(pairs)


def update_cases(
    changed: Sequence[tuple[Planned, ImportedRow]],
    run: ImportRun,
    *,
    teams: Mapping[str, Team],
    author: User,
    at: datetime,
) -> None:
    """Bring cases that nobody edited to what the file says now."""
    if not changed:
        return
    for one, raw in changed:
        for name, value in _columns(one, teams, at).items():
            setattr(raw.use_case, name, value)
        for name, value in _raw(one, run).items():
            setattr(raw, name, value)
    first = changed[0][0]
    pairs = [(one, raw.use_case) for one, raw in changed]
    cases = [case for _, case in pairs]
    UseCase.objects.bulk_update(cases, list(_columns(first, teams, at)), BATCH)
    ImportedRow.objects.bulk_update([raw for _, raw in changed], list(_raw(first, run)), BATCH)
    UseCase.capabilities.through.objects.filter(usecase__in=cases).delete()
    _add_capabilities(pairs)
    _update_pages(pairs, author=author, at=at)
    _describe(pairs)


def _describe(pairs: Sequence[tuple[Planned, UseCase]]) -> None:
    """For the search of precedents; the scenario's page under a key as the form writes it."""
    said = [
        (case, {_stored_key(key): answers for key, answers in one.content.pages.items()})
        for one, case in pairs
    ]
    precedents.remember(said)


def _columns(one: Planned, teams: Mapping[str, Team], at: datetime) -> dict[str, object]:
    return {
        "title": one.content.title,
        "team": teams[one.content.team],
        "lifecycle_stage": one.content.stage,
        "gate_answer": one.answer.strictest,
        "escalations": list(one.answer.escalations),
        "updated_at": at,
    }


def _raw(one: Planned, run: ImportRun) -> dict[str, object]:
    return {
        "run": run,
        "profile": run.profile,
        "key": one.key,
        "row_number": one.row.number,
        "cells": list(one.row.cells),
        "digest": one.row.digest,
        "content_digest": one.content.digest,
        "gate": list(one.answer.lines),
    }


def _add_capabilities(pairs: Sequence[tuple[Planned, UseCase]]) -> None:
    keys = dict(Capability.objects.values_list("slug", "pk"))
    through = UseCase.capabilities.through
    through.objects.bulk_create(
        (
            through(usecase_id=case.pk, capability_id=keys[slug])
            for one, case in pairs
            for slug in one.content.capabilities
        ),
        BATCH,
    )


def _update_pages(pairs: Sequence[tuple[Planned, UseCase]], *, author: User, at: datetime) -> None:
    """Every page that differs gets its next version; one that says nothing any more is emptied."""
    stored: dict[tuple[int, str], DraftPage] = {
        (page.use_case_id, _compared_key(page.page)): page
        for page in DraftPage.objects.filter(use_case__in=[case for _, case in pairs])
    }
    changed, new = [], []
    for one, case in pairs:
        mine = {key for owner, key in stored if owner == case.pk}
        for key in sorted(mine | set(one.content.pages)):
            answers = one.content.pages.get(key, {})
            page = stored.get((case.pk, key))
            if page is None:
                page = DraftPage(use_case=case, page=_stored_key(key), saved_by=author, saved_at=at)
                page.answers = answers
                new.append(page)
            elif page.answers != answers:
                page.answers, page.version = answers, page.version + 1
                page.saved_by, page.saved_at = author, at
                changed.append(page)
    DraftPage.objects.bulk_create(new, BATCH)
    DraftPage.objects.bulk_update(changed, ["answers", "version", "saved_by", "saved_at"], BATCH)


def _stored_key(page: str) -> str:
    return f"{SCENARIO}:{uuid4().hex}" if page == SCENARIO else page


def _compared_key(page: str) -> str:
    return SCENARIO if page.startswith(f"{SCENARIO}:") else page
