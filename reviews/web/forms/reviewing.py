"""What reviewers and leads type: verdicts, questions, sign-offs, assignments; and the answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import Recommendation, VerdictValue
from reviews.models import Evidence, User
from reviews.selectors.candidates import Candidate
from reviews.web.forms.long_text import long_text

LONGEST = 20_000
"""Characters of one text."""


class TypedForm(forms.Form):
    """``typed_by`` names the person, so that text kept over a sign-in goes back to nobody else."""

    use_required_attribute = False
    typed_by = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["typed_by"] = str(reader.uid)


class VerdictForm(forms.Form):
    """One verdict; the desk draws it by hand, this reads it."""

    value = forms.ChoiceField(
        label=_("Verdict"), choices=[("", ""), *VerdictValue.choices], required=False
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST, strip=False)
    gap_plan = forms.CharField(label=_("Gap plan"), required=False, max_length=LONGEST, strip=False)
    evidence = forms.ModelMultipleChoiceField(
        label=_("Evidence"), queryset=Evidence.objects.none(), to_field_name="uid", required=False
    )
    version = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, evidence: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = evidence  # type: ignore[attr-defined]

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "value": self.cleaned_data["value"],
            "note": self.cleaned_data["note"],
            "gap_plan": self.cleaned_data["gap_plan"],
            "evidence": list(self.cleaned_data["evidence"]),
            "version": self.cleaned_data["version"],
        }


class SignOffForm(TypedForm):
    """The end of one's part of a review."""

    recommendation = forms.ChoiceField(
        label=_("What do you recommend?"),
        choices=Recommendation.choices,
        widget=forms.RadioSelect,
        help_text=_("Advice to the lead, not the decision."),
        error_messages={"required": _("Choose what you recommend to the lead.")},
    )
    reasons = long_text(
        _("Your reasons"),
        rows=5,
        max_length=LONGEST,
        help_text=_("A few sentences: what weighed most, and what a condition should say."),
        error_messages={"required": _("Give the lead your reasons in a few sentences.")},
    )

    @property
    def arguments(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("recommendation", "reasons")}


class AskForm(TypedForm):
    """A question to the team."""

    text = long_text(
        _("Your question"),
        max_length=LONGEST,
        help_text=_("The team reads it as it stands, with your name. One question at a time."),
        error_messages={"required": _("Write what you want to know.")},
    )


class AnswerForm(TypedForm):
    """The team's answer to one question."""

    text = long_text(
        _("Your answer"),
        max_length=LONGEST,
        help_text=_("It cannot be changed later. The reviewers can ask again."),
        error_messages={"required": _("Write the answer.")},
    )


class WithdrawQuestionForm(TypedForm):
    """Why nobody has to answer a question any more."""

    reason = long_text(
        _("Why need it not be answered?"),
        rows=3,
        max_length=LONGEST,
        help_text=_("The team reads it beside the question."),
        error_messages={"required": _("Say why it need not be answered; the team reads it.")},
    )


class AssignForm(forms.Form):
    """Choose one of those whom the people rules leave free."""

    use_required_attribute = False
    reviewer = forms.ChoiceField(
        label=_("Who reviews?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reviewer.")},
    )

    def __init__(self, *args: Any, free: list[tuple[Candidate, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.uid): one.person for one, _words in free}
        choices = [(str(one.person.uid), words) for one, words in free]
        self.fields["reviewer"].choices = choices  # type: ignore[attr-defined]

    @property
    def person(self) -> User:
        return self.people[self.cleaned_data["reviewer"]]


class RecuseForm(TypedForm):
    """Why somebody no longer reviews."""

    reason = long_text(
        _("Why?"),
        rows=3,
        max_length=LONGEST,
        help_text=_("A conflict of interest, an absence, another task. The office reads it."),
        error_messages={"required": _("Say why: a conflict of interest, an absence …")},
    )
