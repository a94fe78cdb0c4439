"""One address of the gate page: what it asks, what it says already, what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.domain.gate import GateResult
from reviews.domain.gate.facts import UNKNOWN
from reviews.domain.gate.words import listed_use
from reviews.domain.intake.prefilling import PREFILLED
from reviews.models import Customer, UseRule
from reviews.selectors import gate as selectors
from reviews.web import gate_words
from reviews.web.forms.may_i import (
    PER_CAPABILITY,
    QUESTIONS,
    AskForm,
    QuestionForm,
    use_options,
)

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SaidRow:
    """A line of "what you said", as the summary list shows it."""

    key: str
    value: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The answers and what goes with them. ``to_find_out``: asked, and nobody knew.

    ``applying``: capability and address, where the answer is to apply first.
    """

    panels: tuple[gate_words.Panel, ...]
    question: QuestionForm | None
    is_optional: bool
    to_find_out: tuple[str, ...]
    said: tuple[SaidRow, ...]
    filing_url: str
    applying: tuple[tuple[str, str], ...]


class Asked:
    """Reads the address. ``errors`` are (sentence, link) pairs for the error summary."""

    def __init__(self, form: AskForm, query: QueryDict, today: date) -> None:
        self.form = form
        self.today = today
        self.errors: list[tuple[str, str]] = []
        self.query = query
        valid = form.is_bound and form.is_valid()
        self.slugs: list[str] = form.cleaned_data["capability"] if valid else []
        self.customer: Customer | None = form.cleaned_data["customer"] if valid else None
        self.on: date = (form.cleaned_data["on"] if valid else None) or today
        self.facts: Pairs = self._facts(query)
        if form.is_bound:
            self._check_names()

    @property
    def is_readable(self) -> bool:
        return bool(self.slugs) and not self.errors

    @property
    def frame(self) -> Pairs:
        """What is asked about: capabilities, customer, day."""
        pairs = [("capability", slug) for slug in self.slugs]
        if self.customer is not None:
            pairs.append(("customer", str(self.customer.uid)))
        if self.on != self.today:
            pairs.append(("on", self.on.isoformat()))
        return pairs

    def _facts(self, query: QueryDict) -> Pairs:
        """Everything said about the facts; a code said several times becomes one word."""
        names = [name for name in query if name not in self.form.fields]
        words = [(name, ",".join(filter(None, query.getlist(name)))) for name in names]
        return [(name, word) for name, word in words if word]

    def _check_names(self) -> None:
        for name, _word in self.facts:
            fact, _dot, slug = name.partition(".")
            if fact not in QUESTIONS or (slug and not self._may_be_said_of(fact, slug)):
                sentence = _("“%s” is nothing that this page asks. Leave it out of the address.")
                self.errors.append((sentence % name, ""))

    def _may_be_said_of(self, fact: str, slug: str) -> bool:
        return fact in PER_CAPABILITY and slug in self.slugs

    def named(self, errors: Mapping[str, str]) -> list[tuple[str, str]]:
        """The gate's own sentences about words that it cannot read."""
        return [(sentence, "") for sentence in errors.values()]

    # The answer ------------------------------------------------------------------------------

    def shown(self) -> Shown:
        """Ask the gate. Raises ``UnreadableFacts``."""
        said = dict(self.facts)
        results = selectors.answers(self.slugs, said, on=self.on, customer=self.customer)
        uses = selectors.use_rules()
        next_ = self._next(results)
        return Shown(
            panels=tuple(gate_words.panel(result) for result in results),
            question=self._question(next_, uses) if next_ else None,
            is_optional=bool(next_) and not next_[0].missing,  # type: ignore[index]
            to_find_out=tuple(self._to_find_out(results)),
            said=tuple(self._row(name, word, results, uses) for name, word in self.facts),
            filing_url=self._filing_url(said) if not all(r.answer.blocks for r in results) else "",
            applying=tuple(
                (result.name, url)
                for result in results
                if (url := gate_words.apply_url(result, self.customer))
            ),
        )

    def _next(self, results: tuple[GateResult, ...]) -> tuple[GateResult, str] | None:
        """The first fact that is missing, else the first on which an answer depends."""
        said = {name for name, _word in self.facts}
        for result in results:
            for fact in result.missing:
                if self._name(fact, result) not in said:
                    return result, fact
        for result in results:
            for finding in result.findings:
                if finding.asks and not result.missing and finding.asks not in said:
                    return result, finding.asks
        return None

    def _to_find_out(self, results: tuple[GateResult, ...]) -> list[str]:
        said = dict(self.facts)
        return [
            self._title(fact, result)
            for result in results
            for fact in result.missing
            if said.get(self._name(fact, result)) == UNKNOWN
        ]

    def _name(self, fact: str, result: GateResult) -> str:
        """How the address says this fact: for one capability alone where it may differ."""
        apart = fact in PER_CAPABILITY and len(self.slugs) > 1
        return f"{fact}.{result.capability}" if apart else fact

    def _title(self, fact: str, result: GateResult) -> str:
        day = gate_words.in_words(result.cutoff_on) if result.cutoff_on else _("the cut-off day")
        return str(QUESTIONS[fact].title) % {"capability": result.name, "cutoff": day}

    def _question(self, next_: tuple[GateResult, str], uses: list[UseRule]) -> QuestionForm:
        result, fact = next_
        facts = [fact]
        if fact == "use" and "sector" not in dict(self.facts):
            facts.insert(0, "sector")
        names = [self._name(one, result) for one in facts]
        before = [*self.frame, *self.facts]
        return QuestionForm(names, lambda one: self._title(one, result), before, uses)

    # What was said ---------------------------------------------------------------------------

    def _row(
        self, name: str, word: str, results: tuple[GateResult, ...], uses: list[UseRule]
    ) -> SaidRow:
        fact, _dot, slug = name.partition(".")
        about = next((one for one in results if one.capability == slug), results[0])
        labels = dict(QUESTIONS[fact].options)
        if fact in ("use", "granted_use"):
            labels = {**dict(use_options(uses)), **{one.code: one.text for one in uses}}
        value = " ".join(str(labels.get(part, part)) for part in word.split(","))
        return SaidRow(self._title(fact, about), value, self._without(name))

    def _without(self, name: str) -> str:
        kept = [*self.frame, *((other, word) for other, word in self.facts if other != name)]
        return f"{reverse('reviews:may_i')}?{urlencode(kept)}"

    def _filing_url(self, said: Mapping[str, str]) -> str:
        """The form, with what is known already; it takes over what it asks itself."""
        carried = {name: word for name, word in said.items() if name in PREFILLED}
        if "use" in carried:
            carried["use"] = listed_use(said)
        pairs = [pair for pair in self.frame if pair[0] != "on"]
        return f"{reverse('reviews:use_case_new')}?{urlencode([*pairs, *carried.items()])}"
