"""What a form is made of: pages, questions, options. Frozen data, no behaviour but looking up."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reviews.domain.intake.rules import ALWAYS, Rule
from reviews.domain.texts import gettext_noop as _

Value = str | list[str]
"""One answer as it is stored: words, a code, ``yes``/``no``/``unknown``, an ISO day, or a list."""

PageAnswers = Mapping[str, Value]
Answers = Mapping[str, Mapping[str, object]]
"""Page key to field id to value. The page ``catalogue`` holds what the catalogue says of the
capabilities asked for (see ``answers.catalogue_page``); it is derived, nobody types it."""

LONGEST_LINE = 300
LONGEST_TEXT = 20_000
"""Characters."""


class Kind(StrEnum):
    """How a question is answered."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    YES_NO_UNKNOWN = "yes_no_unknown"
    DATE = "date"
    PEOPLE = "people"
    REGION = "region"
    CAPABILITIES = "capabilities"
    CUSTOMER = "customer"
    LISTED_USE = "listed_use"

    @property
    def is_typed(self) -> bool:
        """Whether people write words of their own."""
        return self in {Kind.LINE, Kind.TEXT, Kind.PEOPLE}


@dataclass(frozen=True, slots=True)
class Option:
    """One of a closed list of answers."""

    value: str
    label: str
    hint: str = ""


YES_NO = (Option("yes", _("Yes")), Option("no", _("No")))
YES_NO_UNKNOWN = (*YES_NO, Option("unknown", _("I do not know yet")))


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``required`` holds only while ``shown`` does.

    ``personal``: the answer names people, so a submission keeps it apart. ``material``: a change
    after a decision makes the decision stale. ``serves``: codes of the Standard that it informs.
    """

    id: str
    label: str
    kind: Kind
    hint: str = ""
    why: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    shown: Rule = ALWAYS
    personal: bool = False
    material: bool = False
    serves: tuple[str, ...] = ()
    longest: int = 0

    @property
    def limit(self) -> int:
        """Most characters that a typed answer may have."""
        return self.longest or (LONGEST_LINE if self.kind is Kind.LINE else LONGEST_TEXT)

    @property
    def choices(self) -> tuple[Option, ...]:
        """Options of the closed kinds; empty where the catalogue or the register gives them."""
        if self.kind is Kind.YES_NO:
            return YES_NO
        if self.kind is Kind.YES_NO_UNKNOWN:
            return YES_NO_UNKNOWN
        return self.options

    def label_of(self, value: str) -> str:
        """The words of an option; the value itself where it is no option."""
        return next((option.label for option in self.choices if option.value == value), value)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form. The page ``scenario`` stands once for each scenario."""

    key: str
    title: str
    lead: str
    questions: tuple[Question, ...]

    def question(self, field: str) -> Question | None:
        return next((question for question in self.questions if question.id == field), None)
