"""How a page tells which of its questions follow from another answer on the same page."""

from collections.abc import Sequence

from reviews.domain.intake.questions import Question
from reviews.domain.intake.rules import AllOf, Answered, AnyOf, Rule


def same_page_test(question: Question) -> str:
    """The rule for the browser: ``any`` or ``all``, then ``field=value,value`` parts.

    Separated by ``;``. Empty where no answer of the same page opens the question. What other pages
    decide is settled before the page is drawn.
    """
    parts = _parts(question.shown)
    if not parts:
        return ""
    mode = "any" if isinstance(question.shown, AnyOf) else "all"
    return ";".join([mode, *(f"{part.field}={','.join(part.values)}" for part in parts)])


def follow_up_words(question: Question, page: Sequence[Question]) -> str:
    """Which answer opens the question, for browsers that run no script; empty if none does."""
    parts = _parts(question.shown)
    words = []
    for part in parts[:1]:
        source = next((one for one in page if one.id == part.field), None)
        if source is not None:
            said = " or ".join(f"“{source.label_of(value)}”" for value in part.values if value)
            words.append(f"Only if you answered {said} to “{source.label}”")
    if len(parts) > 1 and words:
        also = " or one of the next ones" if isinstance(question.shown, AnyOf) else " and the next"
        words[0] += also
    return f"{words[0]}." if words else ""


def _parts(rule: Rule) -> list[Answered]:
    if isinstance(rule, Answered):
        return [] if rule.page else [rule]
    if isinstance(rule, AnyOf | AllOf):
        return [part for one in rule.rules for part in _parts(one)]
    return []
