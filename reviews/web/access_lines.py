"""Rows of the five access lists, as ``reviews/access/list.html`` draws them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from reviews.domain.vetting_fields import COUNTRIES
from reviews.models import AccessApplication, AccessGrant, Extension
from reviews.web import access_words as words


@dataclass(frozen=True, slots=True)
class Line:
    """``badge``: something with ``label`` and ``tone``; ``labelled``: column → words."""

    title: str
    note: str
    url: str
    badge: object
    labelled: tuple[tuple[Any, str], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """An application or a grant on its customer's page."""

    subject: str
    note: str
    day: str
    url: str
    badge: object


def held(row: AccessApplication | AccessGrant, texts: Mapping[str, str], on: date) -> Held:
    if isinstance(row, AccessGrant):
        day = gettext("re-verify by %(day)s") % {"day": words.day(row.reverify_by)}
        badge: object = row.standing(on=on)
    else:
        day = gettext("filed %(day)s") % {"day": words.day(row.filed_on)}
        badge = row.current_state
    use = _cut(words.use(row.use_code, row.use_description, texts))
    return Held(row.capability.name, use, day, row.get_absolute_url(), badge)


APPLICATIONS = (
    gettext_lazy("Capability"),
    gettext_lazy("Use"),
    gettext_lazy("Team"),
    gettext_lazy("Filed"),
)
GRANTS = (gettext_lazy("Capability"), gettext_lazy("Use"), gettext_lazy("Re-verify by"))
EXCEPTIONS = (gettext_lazy("Capability"), gettext_lazy("Scope"), gettext_lazy("Last day"))
EXTENSIONS = (gettext_lazy("Capability"), gettext_lazy("Use"), gettext_lazy("Until"))
CUSTOMERS = (
    gettext_lazy("Sector"),
    gettext_lazy("Running"),
    gettext_lazy("Waiting"),
)


def application(row: AccessApplication, texts: Mapping[str, str], on: date) -> Line:
    return Line(
        title=row.customer.name,
        note=_note(row.use_code),
        url=row.get_absolute_url(),
        badge=row.current_state,
        labelled=_under(
            APPLICATIONS,
            row.capability.name,
            _short(row.use_code, row.use_description, texts),
            row.team.name,
            _nowrap(row.filed_on),
        ),
    )


def grant(row: AccessGrant, texts: Mapping[str, str], on: date) -> Line:
    return Line(
        title=row.customer.name,
        note=_note(row.use_code),
        url=row.get_absolute_url(),
        badge=row.standing(on=on),
        labelled=_under(
            GRANTS,
            row.capability.name,
            _short(row.use_code, row.use_description, texts),
            _nowrap(row.reverify_by),
        ),
    )


def exception(row: Any, texts: Mapping[str, str], on: date) -> Line:
    """``row``: an exception as ``selectors.access.exception_rows`` annotates it."""
    return Line(
        title=row.intended_use.name,
        note=f"{row.use_case.reference} {row.use_case.title}",
        url=row.get_absolute_url(),
        badge=words.exception_standing(row, on),
        labelled=_under(EXCEPTIONS, row.capability.name, _cut(row.scope), _nowrap(row.until)),
    )


def extension(row: Extension, texts: Mapping[str, str], on: date) -> Line:
    return Line(
        title=row.deployment.customer.name,
        note="",
        url=row.get_absolute_url(),
        badge=row.standing(on=on),
        labelled=_under(
            EXTENSIONS, row.deployment.capability.name, row.deployment.use, _nowrap(row.until)
        ),
    )


def customer(row: Any, texts: Mapping[str, str], on: date) -> Line:
    """``row``: a customer as ``selectors.access.customer_rows`` annotates it."""
    return Line(
        title=row.name,
        note=COUNTRIES.get(row.country, row.country),
        url=row.get_absolute_url(),
        badge=words.managed(row),
        labelled=_under(
            CUSTOMERS, str(row.get_sector_display()), str(row.running), str(row.waiting)
        ),
    )


def _under(columns: tuple[Any, ...], *texts: str) -> tuple[tuple[Any, str], ...]:
    return tuple(zip(columns, texts, strict=True))


def _note(code: str) -> str:
    return code or gettext("a use of its own")


def _short(code: str, description: str, texts: Mapping[str, str]) -> str:
    return texts.get(code) or _cut(description)


def _nowrap(on: date) -> str:
    return words.day(on).replace(" ", "\N{NO-BREAK SPACE}")


def _cut(text: str) -> str:
    return text if len(text) <= 140 else f"{text[:139].rstrip()}…"
