"""How a page tells which of its questions follow from another answer on the same page."""

from collections.abc import Sequence

from reviews.domain.intake.questions import Question
from reviews.domain.intake.rules import AllOf, Answered, AnyOf, Rule
from reviews.domain.texts import gettext_noop as _
from reviews.domain.texts import translate


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
    source = next((one for one in page if parts and one.id == parts[0].field), None)
    if source is None:
        return ""
    values = [f"“{translate(source.label_of(value))}”" for value in parts[0].values if value]
    said = translate(_(" or ")).join(values)
    names = {"said": said, "question": translate(source.label)}
    return translate(_SHOWN_IF[_mode(question.shown, len(parts))]) % names


_SHOWN_IF = {
    "one": _("Only if you answered %(said)s to “%(question)s”."),
    "any": _("Only if you answered %(said)s to “%(question)s” or one of the next ones."),
    "all": _("Only if you answered %(said)s to “%(question)s” and the next."),
}


def _mode(rule: Rule, parts: int) -> str:
    if parts == 1:
        return "one"
    return "any" if isinstance(rule, AnyOf) else "all"


def _parts(rule: Rule) -> list[Answered]:
    if isinstance(rule, Answered):
        return [] if rule.page else [rule]
    if isinstance(rule, AnyOf | AllOf):
        return [part for one in rule.rules for part in _parts(one)]
    return []
