"""Things that a reviewer or a lead may have forgotten: what does not fit together. Pure.

A finding never stops anybody: what must stop a sign-off or a decision stands in
``services.reviewing`` and ``domain.decisions``. One finding for each rule and reviewer, with all
its spots. Source: design, section 2 (review, decision).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from reviews.domain import checklist, intake
from reviews.domain.checklist_basis import Field, basis_of, changed, served
from reviews.domain.consistency_facts import Facts, Finding, Judged, RuleId, Severity, Spot
from reviews.domain.enums import ConditionState, Recommendation, VerdictValue
from reviews.domain.intake import Answers
from reviews.domain.intake.snapshots import is_hash

SAME_NOTE_ON = 4
"""Items that may carry the same words before somebody asks."""

LONGEST_COMMON = 20
"""Characters of a note that may well be the same: "See the plan."."""


Found = Iterator[tuple[str, Spot]]
"""Reviewer, or empty, and where."""


def findings(facts: Facts) -> list[Finding]:
    """What does not fit, in the order of the rules; no rule twice for one reviewer."""
    made = []
    for rule, (severity, look) in RULES.items():
        by_reviewer: dict[str, list[Spot]] = defaultdict(list)
        for by, spot in look(facts):
            by_reviewer[by].append(spot)
        made += [
            Finding(rule, severity, by, tuple(dict.fromkeys(spots)))
            for by, spots in sorted(by_reviewer.items())
        ]
    return made


# Verdicts against answers -----------------------------------------------------------------------

_NO_IS_AGAINST = {("oversight", "second_way"), ("triggers", "enrolment_optional")}
"""Safeguards that the form asks for: a "no" is no ground for "met"."""


def _met_on_nothing(facts: Facts) -> Found:
    """Met, though every answer that serves the item itself is empty, or not known yet."""
    for one, fields in _met_with_basis(facts):
        empty = [place for place in fields if _said(facts.answers, place) in ("", "unknown")]
        if len(empty) == len(fields):
            yield one.by, Spot(one.item, empty[0])


def _met_against_answer(facts: Facts) -> Found:
    for one, fields in _met_with_basis(facts):
        for place in fields:
            if place in _NO_IS_AGAINST and _said(facts.answers, place) == "no":
                yield one.by, Spot(one.item, place)


def _triggered_not_applicable(facts: Facts) -> Found:
    items = {item.code: item for item in facts.items}
    for one in facts.judged:
        by_answer = items[one.item].applies_by if one.item in items else ""
        page, _, name = by_answer.partition(".")
        said = _said(facts.answers, (page, name)) if name else ""
        if one.value is VerdictValue.NOT_APPLICABLE and said == "yes":
            yield one.by, Spot(one.item, (page, name))


def _probe_unaddressed(facts: Facts) -> Found:
    """The team said yes to a critics' question; who judges says nothing in words about it."""
    raised = {code for code, said in intake.probe_answers(facts.answers).items() if said}
    noted = {(one.by, one.item) for one in facts.judged if one.note.strip() or one.is_missed}
    for by in sorted({one.by for one in facts.judged}):
        for item in facts.items:
            if item.is_probe and item.code in raised and (by, item.code) not in noted:
                yield by, Spot(item.code, ("triggers", item.code))


def _changed_same_verdict(facts: Facts) -> Found:
    """The answers behind an item changed since the round before; verdict and note did not."""
    if facts.before is None:
        return
    questions = served(facts.answers)
    differing = {
        place
        for place in changed(facts.before, facts.answers)
        if not is_hash(facts.answers.get(place[0], {}).get(place[1]))
    }
    informs = {item.code: item.informs for item in facts.items}
    for one in facts.judged:
        if facts.said_before.get((one.by, one.item)) != (one.value.value, one.note.strip()):
            continue
        behind = basis_of(one.item, informs.get(one.item, ()), questions)
        touched = [] if behind.of_goal else [place for place in behind.fields if place in differing]
        if touched:
            yield one.by, Spot(one.item, touched[0])


def _met_with_basis(facts: Facts) -> Iterator[tuple[Judged, tuple[Field, ...]]]:
    """Items judged met, with the required answers that serve just them."""
    questions = served(facts.answers)
    items = {item.code: item for item in facts.items}
    for one in facts.judged:
        item = items.get(one.item)
        if one.value is not VerdictValue.MET or item is None or item.is_probe:
            continue
        behind = basis_of(one.item, item.informs, questions)
        asked = tuple(place for place in behind.fields if intake.question(*place).required)
        if asked and not behind.of_goal:
            yield one, asked


def _said(answers: Answers, place: Field) -> str:
    value = answers.get(place[0], {}).get(place[1])
    return value.strip() if isinstance(value, str) else ("given" if value else "")


# Verdicts by themselves -------------------------------------------------------------------------


def _missed_without_plan(facts: Facts) -> Found:
    for one in facts.judged:
        if one.is_missed and not one.gap_plan.strip():
            yield one.by, Spot(one.item)


def _met_without_grounds(facts: Facts) -> Found:
    asks = {item.code for item in facts.items if item.asks_proof and item.is_required}
    for one in facts.judged:
        bare = not one.note.strip() and not one.files
        if one.value is VerdictValue.MET and bare and one.item in asks:
            yield one.by, Spot(one.item)


def _same_note(facts: Facts) -> Found:
    alike: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in facts.judged:
        note = " ".join(one.note.lower().split())
        if len(note) > LONGEST_COMMON:
            alike[one.by, note].append(one)
    for (by, _), rows in alike.items():
        if len(rows) >= SAME_NOTE_ON:
            yield from ((by, Spot(one.item)) for one in rows)


def _old_evidence(facts: Facts) -> Found:
    """Added on a day more than a year before."""
    limit = _year_before(facts.on)
    for one in facts.judged:
        for file in one.files:
            if file.added_on < limit:
                yield one.by, Spot(one.item, file=file.name)


def _year_before(day: date) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _advice_against_verdicts(facts: Facts) -> Found:
    """Approve without conditions though an item is not met; or decline though all are."""
    for by, advice in facts.advice.items():
        mine = [one for one in facts.judged if one.by == by]
        not_met = [one for one in mine if one.value is VerdictValue.NOT_MET]
        if advice is Recommendation.APPROVE:
            yield from ((by, Spot(one.item)) for one in not_met)
        elif advice is Recommendation.DECLINE and mine and not any(one.is_missed for one in mine):
            yield by, Spot()


# What goes on around them -----------------------------------------------------------------------


def _answered_later(facts: Facts) -> Found:
    """A verdict is older than the team's answer to a question on its item, or on the case."""
    for question in facts.questions:
        if question.answered_at is None:
            continue
        about = [one for one in facts.judged if one.item == question.item]
        if not question.item:
            newest: dict[str, Judged] = {}
            for one in sorted(facts.judged, key=lambda row: row.saved_at):
                newest[one.by] = one
            about = list(newest.values())
        for one in about:
            if one.saved_at < question.answered_at:
                yield one.by, Spot(question.item)


def _question_open(facts: Facts) -> Found:
    for question in facts.questions:
        if question.answered_at is None:
            yield "", Spot(question.item)


def _thread_open(facts: Facts) -> Found:
    yield from (("", Spot(item)) for item in facts.threads)


def _promise_overdue(facts: Facts) -> Found:
    for one in facts.promises:
        if one.is_pending and one.due_on < facts.on:
            yield "", Spot(promise=one.uid)


def _promise_unproven(facts: Facts) -> Found:
    for one in facts.promises:
        if one.state is ConditionState.OPEN and one.due_on >= facts.on:
            yield "", Spot(promise=one.uid)


def _stage_moved(facts: Facts) -> Found:
    if facts.before is None:
        return
    was, now = intake.lifecycle_stage(facts.before), intake.lifecycle_stage(facts.answers)
    if was and now and checklist.demand_of(was).upto is not checklist.demand_of(now).upto:
        yield "", Spot(answer=("system", "lifecycle_stage"))


_LOOK, _HINT = Severity.MUST_LOOK, Severity.HINT

RULES: Mapping[RuleId, tuple[Severity, Callable[[Facts], Found]]] = {
    RuleId.MET_ON_NOTHING: (_LOOK, _met_on_nothing),
    RuleId.MET_AGAINST_ANSWER: (_LOOK, _met_against_answer),
    RuleId.TRIGGERED_NOT_APPLICABLE: (_LOOK, _triggered_not_applicable),
    RuleId.MISSED_WITHOUT_PLAN: (_LOOK, _missed_without_plan),
    RuleId.PROBE_UNADDRESSED: (_LOOK, _probe_unaddressed),
    RuleId.CHANGED_SAME_VERDICT: (_LOOK, _changed_same_verdict),
    RuleId.ANSWERED_LATER: (_LOOK, _answered_later),
    RuleId.OLD_EVIDENCE: (_LOOK, _old_evidence),
    RuleId.ADVICE_AGAINST_VERDICTS: (_LOOK, _advice_against_verdicts),
    RuleId.PROMISE_OVERDUE: (_LOOK, _promise_overdue),
    RuleId.PROMISE_UNPROVEN: (_HINT, _promise_unproven),
    RuleId.STAGE_MOVED: (_HINT, _stage_moved),
    RuleId.QUESTION_OPEN: (_HINT, _question_open),
    RuleId.THREAD_OPEN: (_HINT, _thread_open),
    RuleId.MET_WITHOUT_GROUNDS: (_HINT, _met_without_grounds),
    RuleId.SAME_NOTE: (_HINT, _same_note),
}
