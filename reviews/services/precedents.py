"""Keep what the search for precedents knows of a case: what was last filed or imported.

Called inside the transaction of whoever files or imports; writes no event of its own.
"""

from collections.abc import Sequence

from django.db.models import Q

from reviews.domain.enums import Origin
from reviews.domain.intake import Answers
from reviews.domain.precedents import Description, describe
from reviews.integrations.theme_data import themes
from reviews.models import CaseText, DraftPage, Submission, UseCase

BATCH = 500
"""Rows per statement."""

_COMPARED = ["title", "text", "themes", "main_themes", "capabilities", "facts"]


def remember(cases: Sequence[tuple[UseCase, Answers]]) -> None:
    """Describe these cases anew by these answers. Two statements for each ``BATCH`` cases."""
    for start in range(0, len(cases), BATCH):
        some = cases[start : start + BATCH]
        rows = [_row(case, describe(answers, themes())) for case, answers in some]
        CaseText.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["use_case"],
            update_fields=_COMPARED,
        )
        CaseText.objects.filter(pk__in=[case.pk for case, _ in some]).stem()


def catch_up(*, anew: bool = False) -> int:
    """Describe filed and imported cases that nobody described yet; how many there were.

    ``anew``: every one, after the themes have changed.
    """
    cases = UseCase.objects.filter(Q(submissions__isnull=False) | Q(origin=Origin.IMPORTED))
    if not anew:
        cases = cases.filter(text__isnull=True)
    keys = list(cases.order_by("pk").distinct().values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        remember(_stored(keys[start : start + BATCH]))
    return len(keys)


def _stored(keys: Sequence[int]) -> list[tuple[UseCase, Answers]]:
    filed = {
        row.use_case_id: row.answers
        for row in Submission.objects.filter(use_case__in=keys).order_by("number")
    }
    pages: dict[int, dict[str, dict[str, object]]] = {key: {} for key in keys}
    for page in DraftPage.objects.filter(use_case__in=set(keys) - set(filed)):
        pages[page.use_case_id][page.page] = page.answers
    cases = UseCase.objects.filter(pk__in=keys).only("pk", "title")
    return [(case, filed.get(case.pk) or pages[case.pk]) for case in cases]


def _row(case: UseCase, said: Description) -> CaseText:
    return CaseText(
        use_case=case,
        title=said.title or case.title,
        text=said.text,
        themes=list(said.themes),
        main_themes=list(said.main_themes),
        capabilities=list(said.capabilities),
        facts=list(said.facts),
        words="",
    )
