"""What the page "May I use this?" already learned, put into the form."""

from collections.abc import Collection, Mapping

from reviews.domain.intake.form import blank
from reviews.domain.intake.questions import Kind
from reviews.domain.intake.regions import REGIONS
from reviews.domain.intake.rules import SCENARIO

_PLACES = {
    "existing": ("deployment", "existing"),
    "managed": ("deployment", "managed"),
    "sector": ("deployment", "sector"),
    "end_user": ("deployment", "end_user"),
    "realtime_bodycam": ("deployment", "realtime_bodycam"),
    "region": ("deployment", "region"),
    "setting": (SCENARIO, "setting"),
    "medical_or_safety": (SCENARIO, "medical_or_safety"),
    "use": (SCENARIO, "use"),
    "purpose": (SCENARIO, "accessibility"),
}

PREFILLED = frozenset(_PLACES)
"""Names of the gate's facts that the form can take over."""


def prefilled(
    facts: Mapping[str, str], *, uses: Collection[str]
) -> dict[str, dict[str, str | list[str]]]:
    """Answers by page (``scenario`` for the first scenario); what the form cannot take is dropped.

    "Unknown" is dropped, too: the form asks once more.
    """
    found: dict[str, dict[str, str | list[str]]] = {}
    for fact, value in facts.items():
        if fact not in _PLACES or value == "unknown":
            continue
        page, field = _PLACES[fact]
        if value in _allowed(page, field, uses):
            found.setdefault(page, {})[field] = value
    return found


def _allowed(page: str, field: str, uses: Collection[str]) -> Collection[str]:
    holder = blank(f"{SCENARIO}:" if page == SCENARIO else page)
    question = holder.question(field) if holder else None
    if question is None:
        return ()
    if question.kind is Kind.REGION:
        return REGIONS
    if question.kind is Kind.LISTED_USE:
        return uses
    return {option.value for option in question.choices}
