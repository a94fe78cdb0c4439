"""When an approved use case is looked at again."""

from datetime import date

YEARS = 1
"""Years from a decision to the next review.

Source: the Standard's yearly duties A1.3 (refresh the assessment) and A2.3 (screen again). A new
intended use, a new stage or a material change comes sooner and by itself: resubmitting opens a
delta review.
"""


def next_rereview_on(decided_on: date) -> date:
    """The day a decision of ``decided_on`` is due for re-review; 29 February gives 28 February."""
    year = decided_on.year + YEARS
    try:
        return decided_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def is_due(rereview_on: date | None, *, on: date) -> bool:
    """Reached, never equals: a re-review stays due until it is opened."""
    return rereview_on is not None and rereview_on <= on
