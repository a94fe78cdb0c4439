"""The answers as people read them: check your answers, the reviewer's desk, exports."""

from dataclasses import dataclass

from reviews.domain.intake.answers import NO_CAPABILITY, label_of
from reviews.domain.intake.form import pages
from reviews.domain.intake.questions import Answers, Kind, Page, Question
from reviews.domain.intake.regions import region_name
from reviews.domain.texts import gettext_noop as _
from reviews.domain.texts import translate


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its answer in words; ``value`` is empty while it is open."""

    label: str
    value: str
    field: str
    question: Question
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form, read."""

    key: str
    title: str
    rows: tuple[Row, ...]

    @property
    def missing(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_missing)

    @property
    def answered(self) -> int:
        return sum(1 for row in self.rows if row.value)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def as_rows(answers: Answers) -> list[Section]:
    """Every page with the questions that apply and the answers in words."""
    return [
        Section(page.key, translate(page.title), _rows(page, answers)) for page in pages(answers)
    ]


def missing(answers: Answers) -> tuple[str, ...]:
    """``page.field`` of each required answer that is not there, in reading order."""
    return tuple(
        f"{section.key}.{row.field}" for section in as_rows(answers) for row in section.missing
    )


def value_text(question: Question, value: object, answers: Answers) -> str:
    """One answer in words; lists one per line."""
    if not value:
        return ""
    values = value if isinstance(value, list) else [str(value)]
    return "\n".join(_word(question, str(one), answers) for one in values)


def _word(question: Question, value: str, answers: Answers) -> str:
    if question.kind is Kind.REGION:
        return region_name(value)
    if question.kind is Kind.CAPABILITIES and value == NO_CAPABILITY:
        return translate(_("None of these"))
    if question.kind is Kind.CUSTOMER and value == "other":
        return translate(_("Not in the list"))
    if question.kind is Kind.LISTED_USE and value in _USE_WORDS:
        return translate(_USE_WORDS[value])
    if question.choices:
        return translate(question.label_of(value))
    return label_of(answers, value)


_USE_WORDS = {"other": _("Another use, not on the list"), "unknown": _("I do not know yet")}


def _rows(page: Page, answers: Answers) -> tuple[Row, ...]:
    given = answers.get(page.key, {})
    rows = []
    for question in page.questions:
        text = value_text(question, given.get(question.id), answers)
        open_ = question.required and not text
        rows.append(Row(translate(question.label), text, question.id, question, open_))
    return tuple(rows)
