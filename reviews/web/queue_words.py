"""Where a case stands, said to the team that filed it: never more than the numbers hold."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain.enums import State
from reviews.models import UseCase
from reviews.selectors.queue import Pace, Queue, queue_of

NEXT = {
    State.NEEDS_INFORMATION: gettext_lazy(
        "Once you have answered every question, the review goes on."
    ),
    State.IN_REVIEW: gettext_lazy(
        "Once the review is signed off, a lead decides. Reviewers may ask you questions before."
    ),
    State.AWAITING_DECISION: gettext_lazy(
        "A lead decides, refers it to the panel, or sends it back to the reviewers."
    ),
    State.REFERRED: gettext_lazy("Once the panel's advice is in, a lead decides."),
    State.AWAITING_COUNTERSIGNATURE: gettext_lazy(
        "The decision takes effect, and is shown to you, once a second lead has signed it."
    ),
    State.UNDER_APPEAL: gettext_lazy("A lead who did not decide it before decides anew."),
}
"""What happens next."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """For ``reviews/home/queue.html``: sentences."""

    position: str
    paces: list[str]
    promise: str
    next: str


def expectation(use_case: UseCase, *, on: date) -> Expectation | None:
    """``None`` where nothing is waited for. Two queries."""
    state = use_case.current_state
    if state not in NEXT:
        return None
    queue = queue_of(use_case, on=on)
    return Expectation(
        _position(queue), [_pace(one) for one in queue.paces], _promise(queue), str(NEXT[state])
    )


def _position(queue: Queue) -> str:
    if queue.ahead is None:
        return gettext("It waits for you, so it stands in no queue.")
    if not queue.ahead:
        return gettext("No case that was filed earlier waits for the same step.")
    return ngettext(
        "%(n)d case that was filed earlier waits for the same step.",
        "%(n)d cases that were filed earlier wait for the same step.",
        queue.ahead,
    ) % {"n": queue.ahead}


def _pace(pace: Pace) -> str:
    if pace.days is None:
        return gettext("%(capability)s: too few cases were decided in the last year to say.") % {
            "capability": pace.capability
        }
    days = ngettext("%(n)d working day", "%(n)d working days", pace.days) % {"n": pace.days}
    return gettext(
        "%(capability)s: half of the %(decided)d cases decided in the last year took %(days)s or"
        " fewer, from filing to decision."
    ) % {"capability": pace.capability, "decided": pace.decided, "days": days}


def _promise(queue: Queue) -> str:
    if not queue.promised:
        return ""
    return ngettext(
        "The policy gives a review %(n)d working day.",
        "The policy gives a review %(n)d working days.",
        queue.promised,
    ) % {"n": queue.promised}
