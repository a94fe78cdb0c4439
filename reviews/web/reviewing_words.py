"""Reviews in words: whose turn it is and why, what bars a person, how far one is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain.enums import RequirementStage, VerdictValue
from reviews.domain.errors import StaleVersion
from reviews.models import Review, Thread
from reviews.selectors.candidates import Bar, Candidate
from reviews.selectors.desk import Desk
from reviews.selectors.workbench import Awaited

_AWAITED = {
    Awaited.REVIEWERS: gettext_lazy("%(names)s, to review"),
    Awaited.ASSIGNMENT: gettext_lazy("a lead, to assign a reviewer"),
    Awaited.TEAM: gettext_lazy("the team %(names)s, to answer"),
    Awaited.PANEL: gettext_lazy("%(names)s, to advise"),
    Awaited.LEAD: gettext_lazy("a lead, to decide"),
    Awaited.LEAD_OF_APPEAL: gettext_lazy("a lead who did not decide it before"),
    Awaited.SECOND_LEAD: gettext_lazy("a second lead, to countersign"),
}

BARS = {
    Bar.TEAM: gettext_lazy("on the team of this use case"),
    Bar.CO_AUTHOR: gettext_lazy("a co-author of this use case"),
    Bar.CONFLICT: gettext_lazy("has declared a conflict of interest"),
    Bar.FILED: gettext_lazy("filed this use case"),
    Bar.DECIDED: gettext_lazy("has decided on this use case"),
    Bar.COUNTERSIGNED: gettext_lazy("has countersigned a decision on this use case"),
    Bar.RECUSED: gettext_lazy("was recused from this review"),
    Bar.ASSIGNED: gettext_lazy("is assigned already"),
}


def awaited(whom: Awaited, names: Sequence[str], *, questions: int = 0) -> str:
    """For whom a case waits, such as “Ada Byron, to review”. ``questions``: open ones."""
    if whom is Awaited.REVIEWERS and not names:
        return gettext("the other reviewer, to review")
    words = _AWAITED[whom] % {"names": gettext(" and ").join(names)}
    if whom is Awaited.TEAM and questions:
        count = ngettext("%(n)d question", "%(n)d questions", questions)
        return f"{words} ({count % {'n': questions}})"
    return str(words)


def candidate(one: Candidate) -> str:
    """A free person with what else is on the desk."""
    if not one.load:
        return gettext("%(name)s – no open review") % {"name": one.person}
    return ngettext("%(name)s – %(n)d open review", "%(name)s – %(n)d open reviews", one.load) % {
        "name": one.person,
        "n": one.load,
    }


def progress_text(answered: int, required: int) -> str:
    return ngettext(
        "%(answered)d of %(n)d required item answered",
        "%(answered)d of %(n)d required items answered",
        required,
    ) % {"answered": answered, "n": required}


def due_text(desk: Desk) -> str:
    """What is required now, and why."""
    stage = RequirementStage(desk.demand.upto).label
    return gettext("Required now: everything up to the stage “%(stage)s”. %(reason)s") % {
        "stage": stage,
        "reason": gettext(desk.demand.reason),
    }


def keys() -> list[tuple[str, str]]:
    """The single keys of the desk."""
    verdicts = ", ".join(str(value.label) for value in VerdictValue)
    return [
        ("j", gettext("Next item")),
        ("k", gettext("Item before")),
        ("1–4", verdicts),
        ("c", gettext("Comment: the note of the verdict")),
        ("n", gettext("Save and next")),
        ("t", gettext("Talk about it in the office")),
        ("a", gettext("Ask the team")),
        ("?", gettext("These keys")),
    ]


def crumbs(review: Review, *, desk: bool = True) -> list[tuple[str, str]]:
    trail = [
        (gettext("Reviews"), reverse("reviews:reviews")),
        (review.use_case.reference, review.use_case.get_absolute_url()),
    ]
    if desk:
        trail.append((gettext("Review desk"), reverse("reviews:review", args=[review.uid])))
    return trail


@dataclass(frozen=True, slots=True)
class Conflict:
    """One part of a verdict that two windows wrote differently."""

    name: str
    label: str
    yours: str
    theirs: str


def conflicts(stale: StaleVersion) -> list[Conflict]:
    """The parts that differ, in words."""
    labels = {
        "value": gettext("Verdict"),
        "note": gettext("Note"),
        "gap_plan": gettext("Gap plan"),
        "text": gettext("Comment"),
    }
    return [
        Conflict(name, label, _part(stale.yours, name), _part(stale.theirs, name))
        for name, label in labels.items()
        if stale.yours.get(name) != stale.theirs.get(name)
    ]


def desk_place(review: Review) -> str:
    return reverse("reviews:review", args=[review.uid])


def thread_anchor(thread: Thread) -> str:
    return f"thread-{thread.uid}"


def thread_place(thread: Thread) -> str:
    """The thread on the desk."""
    return f"{reverse('reviews:review', args=[thread.review.uid])}#{thread_anchor(thread)}"


def open_links(desk: Desk, codes: Sequence[str]) -> list[tuple[str, str]]:
    """(words, address) of the items named, for an error summary."""
    here = reverse("reviews:review", args=[desk.review.uid])
    return [
        (f"{view.code} {view.wording.question}", f"{here}#{view.anchor}")
        for view in desk.items
        if view.code in codes
    ]


def _part(said: dict, name: str) -> str:
    text = str(said[name])
    if name == "value" and text in VerdictValue.values:
        return str(VerdictValue(text).label)
    return text
