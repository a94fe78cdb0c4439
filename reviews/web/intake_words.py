"""How the form stands, in words: crumbs, tasks, times, conflicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from reviews.domain import intake
from reviews.domain.enums import Tone
from reviews.domain.intake import Answers, Section
from reviews.models import UseCase, User
from reviews.selectors.intake import Draft, SavedPage


@dataclass(frozen=True, slots=True)
class Status:
    """How far a page is."""

    label: str
    tone: Tone


DONE = Status(gettext_lazy("Done"), Tone.GOOD)  # type: ignore[arg-type]
BEGUN = Status(gettext_lazy("Not finished"), Tone.WAITING)  # type: ignore[arg-type]
NOT_BEGUN = Status(gettext_lazy("Not begun"), Tone.NEUTRAL)  # type: ignore[arg-type]
OPTIONAL = Status(gettext_lazy("Optional"), Tone.NEUTRAL)  # type: ignore[arg-type]
WAITS = Status(gettext_lazy("Finish the pages first"), Tone.NEUTRAL)  # type: ignore[arg-type]
READY = Status(gettext_lazy("Ready"), Tone.INFO)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Task:
    title: str
    url: str
    hint: str
    status: Status


@dataclass(frozen=True, slots=True)
class TaskGroup:
    title: str
    tasks: list[Task]


def case_for(user: User, reference: str) -> UseCase:
    """The use case, or 404 for one that this person may not know of."""
    visible = UseCase.objects.visible_to(user).with_people()
    return get_object_or_404(visible, reference=reference)


def crumbs(use_case: UseCase, *, form: bool = True) -> list[tuple[str, str]]:
    """The way to a page of the form; without ``form``: to a page beside it."""
    trail = [
        (gettext("Use cases"), reverse("reviews:use_cases")),
        (use_case.reference, use_case.get_absolute_url()),
    ]
    if form:
        trail.append((gettext("Form"), reverse("reviews:use_case_edit", args=[use_case.reference])))
    return trail


def page_url(use_case: UseCase, page: str, field: str = "") -> str:
    url = reverse("reviews:use_case_page", args=[use_case.reference, page])
    return f"{url}#id_{field}" if field else url


def task_groups(use_case: UseCase, draft: Draft, files: int) -> list[TaskGroup]:
    """The task list, computed from the answers."""
    tasks = {section.key: _task(use_case, section) for section in draft.sections}
    scenarios = [key for key in tasks if intake.is_scenario(key)]
    rest = [key for key in tasks if key != "system" and key not in scenarios]
    here = [use_case.reference]
    evidence = Task(
        gettext("Evidence files"),
        reverse("reviews:use_case_evidence", args=here),
        gettext("Test reports, data sheets, notices: what backs your answers."),
        Status(ngettext("%(count)d file", "%(count)d files", files) % {"count": files}, Tone.INFO)
        if files
        else OPTIONAL,
    )
    complete = all(section.is_complete for section in draft.sections)
    checks = Task(
        gettext("Check your answers and file"),
        reverse("reviews:use_case_check", args=here),
        gettext("All answers on one page, with what the gate says today."),
        READY if complete else WAITS,
    )
    return [
        TaskGroup(gettext("The system"), [tasks["system"]]),
        TaskGroup(gettext("Scenarios"), [tasks[key] for key in scenarios]),
        TaskGroup(gettext("What a reviewer needs to know"), [tasks[key] for key in rest]),
        TaskGroup(gettext("Evidence and filing"), [evidence, checks]),
    ]


def _task(use_case: UseCase, section: Section) -> Task:
    open_ = len(section.missing)
    status = DONE if section.is_complete else BEGUN if section.answered else NOT_BEGUN
    hint = (
        ngettext("%(count)d answer to go", "%(count)d answers to go", open_) % {"count": open_}
        if open_ and section.answered
        else ""
    )
    return Task(gettext(section.title), page_url(use_case, section.key), hint, status)


def after(sections: Sequence[Section], page: str) -> Section | None:
    """The page that follows; ``None`` after the last."""
    keys = [section.key for section in sections]
    place = keys.index(page) + 1 if page in keys else len(keys)
    return sections[place] if place < len(sections) else None


def saved_text(saved_at: datetime | None, *, now: datetime) -> str:
    """Such as “Saved 14:02 (Europe/Berlin)”, with the day if it was not today."""
    if saved_at is None:
        return ""
    return gettext("Saved %(time)s") % {"time": clock_words(saved_at, now=now)}


def notes(closed: Mapping[str, date]) -> dict[str, str]:
    """The days behind “closed to new customers”, for the question that turns on them."""
    days = sorted(set(closed.values()))
    if not days:
        return {}
    if len(days) == 1:
        return {"existing": gettext("The day was %s.") % date_format(days[0], "j F Y")}
    each = [f"{name}: {date_format(day, 'j F Y')}" for name, day in closed.items()]
    return {"existing": gettext("The days were: %s.") % "; ".join(each)}


def clock_words(moment: datetime, *, now: datetime) -> str:
    """``14:02 (Europe/Berlin)`` in the reader's zone; with the day if it is not the day of now."""
    local = timezone.localtime(moment)
    words = f"{time_format(local, 'H:i')} ({timezone.get_current_timezone_name()})"
    if local.date() != timezone.localtime(now).date():
        words = f"{date_format(local, 'j F Y')}, {words}"
    return words


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people, or two windows, answered differently."""

    name: str
    label: str
    yours: str
    theirs: str


def conflicts(
    page: str, yours: Mapping[str, object], theirs: Mapping[str, object], answers: Answers
) -> list[Conflict]:
    """Fields whose texts differ, in the order of the page, both in words."""
    blank = intake.blank(page)
    return [
        Conflict(
            question.id,
            gettext(question.label),
            intake.value_text(question, yours.get(question.id), answers),
            intake.value_text(question, theirs.get(question.id), answers),
        )
        for question in (blank.questions if blank else ())
        if (yours.get(question.id) or "") != (theirs.get(question.id) or "")
    ]


def conflict_context(
    theirs: SavedPage, found: list[Conflict], *, reader: User, now: datetime
) -> dict[str, object]:
    """What ``components/conflict_panel.html`` shows."""
    return {
        "conflicts": found,
        "version": theirs.version,
        "changed_by": "" if theirs.saved_by == str(reader) else theirs.saved_by,
        "changed_at_text": clock_words(theirs.saved_at, now=now) if theirs.saved_at else "",
    }
