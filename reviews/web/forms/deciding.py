"""What a lead types: outcomes and conditions, a countersignature, and the reasons around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.decisions import ConditionDraft, ScenarioDecision, scenario_problems
from reviews.domain.enums import Outcome
from reviews.models import Condition, Decision, IntendedUse, User
from reviews.selectors.deciding import ConditionPeople
from reviews.web.forms.long_text import long_text

MOST_CONDITIONS = 40
"""Rows per scenario; what a crafted request asks for beyond it is left out."""


class QuietForm(forms.Form):
    """Drawn with what was typed; ``quiet`` says that nobody asked yet whether it holds."""

    use_required_attribute = False

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        self.quiet = quiet
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        if self.quiet:
            self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}
        else:
            super().full_clean()


class OutcomeForm(QuietForm):
    """The outcome for one scenario."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    reasons = long_text(
        _("Reasons"), help_text=_("The team reads them as they stand. Say what decided it.")
    )


class ConditionForm(QuietForm):
    """One promise. A row in which nobody typed is no condition."""

    text = long_text(_("What must hold"), rows=2)
    proof_wanted = long_text(
        _("Proof wanted"), rows=2, help_text=_("What would show that it is met.")
    )
    owner = forms.ChoiceField(
        label=_("Owner"), help_text=_("Keeps the condition and gives the proof.")
    )
    verifier = forms.ChoiceField(
        label=_("Verifier"), help_text=_("Confirms the proof; never the owner.")
    )
    due_on = forms.DateField(
        label=_("Due day"),
        help_text=_("The last day, this day included."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, people: ConditionPeople, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        self.people = people
        nobody = [("", gettext("Choose a person"))]
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            *nobody,
            (gettext("The team and its co-authors"), list(people.side)),
            (gettext("Other people"), list(people.others)),
        ]
        self.fields["verifier"].choices = [*nobody, *people.office]  # type: ignore[attr-defined]

    @property
    def draft(self) -> ConditionDraft[User]:
        cleaned = self.cleaned_data
        return ConditionDraft(
            text=cleaned["text"],
            proof_wanted=cleaned["proof_wanted"],
            owner=self.people.by_key[cleaned["owner"]],
            verifier=self.people.by_key[cleaned["verifier"]],
            due_on=cleaned["due_on"],
        )


@dataclass(frozen=True)
class Block:
    """One scenario of the decision form: its outcome and its condition rows."""

    scenario: IntendedUse
    form: OutcomeForm
    rows: tuple[ConditionForm, ...]

    @property
    def key(self) -> str:
        return self.scenario.uid.hex

    @property
    def rows_name(self) -> str:
        return f"{self.key}-row"

    @property
    def opened(self) -> bool:
        """Whether the conditions are in sight: one is typed, kept from before, or needed."""
        chosen = self.form["outcome"].value()
        needed = chosen in Outcome.values and Outcome(chosen).needs_conditions
        return needed or any(row.has_changed() or row.initial for row in self.rows)

    @property
    def draft(self) -> ScenarioDecision[IntendedUse, User]:
        return ScenarioDecision(
            intended_use=self.scenario,
            outcome=Outcome(self.form.cleaned_data["outcome"]),
            reasons=self.form.cleaned_data["reasons"],
            conditions=tuple(row.draft for row in self.rows if row.has_changed()),
        )

    @property
    def forms(self) -> list[QuietForm]:
        return [self.form, *self.rows]


class DecisionForm:
    """The whole decision. Field names start with the scenario's key; nothing typed is dropped.

    ``data`` may carry ``add`` (a scenario's key) or ``remove`` (a row's prefix): buttons that work
    without JavaScript and check nothing yet. ``earlier``: open conditions of the decision in force,
    per scenario; they are offered again, because the new decision lets go of the old ones.
    ``refused``: what the second lead refused, per scenario; the form starts from it.
    """

    def __init__(
        self,
        scenarios: Sequence[IntendedUse],
        *,
        people: ConditionPeople,
        on: date,
        data: QueryDict | None = None,
        earlier: Mapping[int, Sequence[Condition]] | None = None,
        refused: Mapping[int, Decision] | None = None,
    ) -> None:
        self.people, self.on, self.data = people, on, data
        asked = data or QueryDict()
        self.quiet = any(name in asked for name in ("add", "remove", "change"))
        self.blocks = [
            self._block(use, (earlier or {}).get(use.pk, ()), (refused or {}).get(use.pk))
            for use in scenarios
        ]

    def is_valid(self) -> bool:
        """Shape first, then the rule of ``domain.decisions`` per scenario."""
        if self.data is None or self.quiet:
            return False
        for block in self.blocks:
            held = [form.is_valid() for form in block.forms]  # each, so that all errors show
            if all(held):
                for problem in scenario_problems(block.draft, on=self.on):
                    block.form.add_error(None, problem)
        return not self.errors

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Every problem in reading order, with the address of its field."""
        return [
            (
                f"{block.scenario.name}: {words}",
                f"#{bound.auto_id}{'_0' if bound.use_fieldset else ''}" if bound else "",
            )
            for block in self.blocks
            for form in block.forms
            for bound, words in _errors_of(form)
        ]

    @property
    def decisions(self) -> list[ScenarioDecision[IntendedUse, User]]:
        return [block.draft for block in self.blocks]

    def _block(
        self, use: IntendedUse, earlier: Sequence[Condition], refused: Decision | None
    ) -> Block:
        key = use.uid.hex
        said = {"outcome": refused.outcome, "reasons": refused.reasons} if refused else {}
        kept = list(refused.conditions.all()) if refused else earlier
        outcome = OutcomeForm(self.data, prefix=key, quiet=self.quiet, initial=said)
        return Block(use, outcome, tuple(self._rows(key, kept)))

    def _rows(self, key: str, earlier: Sequence[Condition]) -> list[ConditionForm]:
        if self.data is None:
            kept = [self._row(key, str(n), initial=_kept(row)) for n, row in enumerate(earlier)]
            return kept or [self._row(key, "0")]
        numbers = [number for number in self.data.getlist(f"{key}-row") if number.isdigit()]
        if self.data.get("add") == key:
            numbers.append(str(max(map(int, numbers), default=-1) + 1))
        gone = self.data.get("remove", "")
        return [
            self._row(key, number)
            for number in dict.fromkeys(numbers[:MOST_CONDITIONS])
            if gone != f"{key}-{number}"
        ]

    def _row(
        self, key: str, number: str, *, initial: dict[str, object] | None = None
    ) -> ConditionForm:
        return ConditionForm(
            self.data,
            prefix=f"{key}-{number}",
            number=number,
            people=self.people,
            initial=initial,
            empty_permitted=True,
            quiet=self.quiet,
        )


def _kept(condition: Condition) -> dict[str, object]:
    return {
        "text": condition.text,
        "proof_wanted": condition.proof_wanted,
        "owner": str(condition.owner.uid),
        "verifier": str(condition.verifier.uid),
        "due_on": condition.due_on,
    }


def _errors_of(form: QuietForm) -> list[tuple[forms.BoundField | None, str]]:
    whole = [(None, str(words)) for words in form.non_field_errors()]
    return whole + [(bound, f"{bound.label}: {words}") for bound in form for words in bound.errors]


class CountersignForm(forms.Form):
    """Agree or refuse, and the password again: nobody signs for somebody else."""

    agreed = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            ("yes", _("I agree. The decision takes effect.")),
            ("no", _("I refuse. It goes back to the deciding lead with my reason.")),
        ],
        widget=forms.RadioSelect,
    )
    reason = long_text(
        _("Reason"),
        required=False,
        help_text=_("Needed where you refuse. The office reads it, the team does not."),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        help_text=_("Asked again, so that nobody can sign at your open screen."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "agreed": self.cleaned_data["agreed"] == "yes",
            "reason": self.cleaned_data["reason"],
        }


class ReturnForm(forms.Form):
    reason = long_text(
        _("What the reviewers have to look at again"),
        help_text=_("The reviewers read it. They sign off again."),
    )
