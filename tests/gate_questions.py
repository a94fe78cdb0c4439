"""The catalogue's files as the gate reads them, and a short way to ask it."""

from dataclasses import replace
from datetime import date

from reviews.domain.gate import Facts, GateResult, Policies, decide
from reviews.domain.gate.facts import Application, EndUser, Purpose, Said, Sector
from reviews.domain.gate.reading import catalogue
from reviews.integrations import data_files

YES, NO, NOBODY_KNOWS = Said.YES, Said.NO, Said.UNKNOWN


def tables() -> dict[str, list]:
    found: dict[str, list] = {}
    for _name, table in data_files.tables(data_files.DATA / "catalogue"):
        for kind, entries in table.items():
            found.setdefault(kind, []).extend(entries)
    return found


TABLES = tables()
CATALOGUE = catalogue(TABLES)

RETIRED = ("emotion", "gender", "age", "smile", "facial-hair", "hair", "makeup")
FACE_RECOGNITION = tuple(
    slug for slug, policies in CATALOGUE.items() if policies.family == "face_recognition"
)
OPEN_FACE = tuple(
    slug
    for slug, policies in CATALOGUE.items()
    if policies.family == "face_detection" and slug != "liveness"
)
VOICE = ("custom-neural-voice", "speaker-recognition")

NEW = {"existing": NO}
EXISTING = {"existing": YES}
GENERAL = {"purpose": Purpose.GENERAL}
ACCESSIBILITY = {"purpose": Purpose.ACCESSIBILITY}
MANAGED = {"managed": YES}
COMMERCIAL = {"sector": Sector.COMMERCIAL}
PUBLIC = {"sector": Sector.PUBLIC}
ANYONE_ELSE = {"end_user": EndUser.OTHER}
POLICE = {"end_user": EndUser.US_POLICE}
LISTED = {**COMMERCIAL, "use": "UC-C2"}
UNLISTED = {**COMMERCIAL, "use": "other"}
GRANTED = {"application": Application.GRANTED}


def day(text: str) -> date:
    return date.fromisoformat(text)


def ask(slug: str, on: str, policies: Policies | None = None, **facts: object) -> GateResult:
    """What the gate answers; facts that are not named were not said."""
    return decide(policies or CATALOGUE[slug], Facts(**facts), day(on))


def with_holidays(slug: str, holidays: frozenset[date]) -> Policies:
    """The same capability, its policies reviewed by an office that keeps these holidays."""
    policies = CATALOGUE[slug]
    return replace(policies, dated=tuple(replace(one, holidays=holidays) for one in policies.dated))


def rules(result: GateResult) -> list[str]:
    return [finding.rule for finding in result.findings]
