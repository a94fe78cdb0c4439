"""The form's pages as Django forms: drawn from the questions, nothing saved, nothing required yet.

A draft may be incomplete, so a page checks shapes only; what is missing shows on the task list
and when the answers are checked.
"""

from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.domain import intake
from reviews.domain.enums import CoAuthorRight
from reviews.domain.intake import Answers, Kind, Question
from reviews.domain.intake.prefilling import PREFILLED
from reviews.domain.intake.regions import REGIONS
from reviews.domain.intake.showing import follow_up_words, same_page_test
from reviews.integrations import uploads
from reviews.models import Team, User
from reviews.selectors.intake import Group

Choices = Sequence[tuple[str, object]]

_LISTS = {Kind.CUSTOMER, Kind.REGION}
"""Kinds with more choices than a screen holds."""


class PageForm(forms.Form):
    """One page of the form. ``answers`` is what ``save_page`` takes.

    ``notes`` adds a sentence to the hint of a field.
    """

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    typed_by = forms.CharField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False
    marks_optional = True

    def __init__(
        self,
        page_key: str,
        answers: Answers,
        choices: Mapping[Kind, Sequence[Group]],
        notes: Mapping[str, str],
        *args: object,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.questions = intake.fields_on(answers, page_key)
        for question in self.questions:
            field = _field(question, choices)
            field.why = _(question.why) if question.why else ""  # type: ignore[attr-defined]
            only = _(follow_up_words(question, self.questions))
            hints = [only, _(question.hint) if question.hint else "", notes.get(question.id, "")]
            field.help_text = " ".join(filter(None, hints))
            if only:
                field.widget.attrs |= {
                    "data-shown-when": same_page_test(question),
                    "data-only-when": only,
                }
            self.fields[question.id] = field

    @property
    def answers(self) -> dict[str, object]:
        """Field id to value, for fields that the page showed."""
        return {question.id: self.cleaned_data.get(question.id) for question in self.questions}

    @property
    def typed(self) -> dict[str, object]:
        """What was typed, valid or not, in the shape in which answers are stored."""
        return {question.id: self[question.id].value() or "" for question in self.questions}

    @property
    def seen_version(self) -> int:
        return self.cleaned_data.get("version") or 0

    def mark_required(self) -> "PageForm":
        """Say which questions are optional, once cleaning is over."""
        for question in self.questions:
            self.fields[question.id].required = question.required
        return self


def _field(question: Question, choices: Mapping[Kind, Sequence[Group]]) -> forms.Field:
    label = _(question.label)
    if question.kind is Kind.LINE:
        return forms.CharField(label=label, required=False, max_length=question.limit)
    if question.kind.is_typed:
        rows = 3 if question.kind is Kind.PEOPLE or question.id.endswith("_reason") else 5
        return forms.CharField(
            label=label,
            required=False,
            max_length=question.limit,
            widget=forms.Textarea(attrs={"rows": rows}),
        )
    if question.kind is Kind.DATE:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        field = _IsoDay(label=label, required=False, widget=widget)
        field.short = True  # type: ignore[attr-defined]
        return field
    if question.kind is Kind.CAPABILITIES:
        return forms.MultipleChoiceField(
            label=label,
            required=False,
            choices=grouped(choices[Kind.CAPABILITIES]),
            widget=forms.CheckboxSelectMultiple,
        )
    return _choice(question, label, choices)


def _choice(
    question: Question, label: str, choices: Mapping[Kind, Sequence[Group]]
) -> forms.ChoiceField:
    if question.kind is Kind.REGION:
        offered: Choices = list(REGIONS.items())
    elif question.kind in choices:
        offered = grouped(choices[question.kind])
    else:
        offered = [(option.value, _(option.label)) for option in question.choices]
    if question.kind in _LISTS:
        return forms.ChoiceField(
            label=label, required=False, choices=[("", _("Choose …")), *offered]
        )
    field = forms.ChoiceField(
        label=label, required=False, choices=offered, widget=forms.RadioSelect
    )
    field.inline = question.kind in {Kind.YES_NO, Kind.YES_NO_UNKNOWN}  # type: ignore[attr-defined]
    return field


class _IsoDay(forms.DateField):
    """A day that stays text, because answers are plain data."""

    def clean(self, value: object) -> str:
        day = super().clean(value)
        return day.isoformat() if day else ""


def grouped(groups: Sequence[Group]) -> list[tuple[str, object]]:
    """Groups as Django writes them; an option's hint follows its label."""
    found: list[tuple[str, object]] = []
    for title, options in groups:
        pairs = [
            (one.value, f"{_(one.label)} – {_(one.hint)}" if one.hint else _(one.label))
            for one in options
        ]
        found += [(_(title), pairs)] if title else pairs
    return found


class NewUseCaseForm(forms.Form):
    """Begin a use case; facts from the gate page ride along."""

    title = forms.CharField(
        label=gettext_lazy("What do you call it?"),
        max_length=300,
        help_text=gettext_lazy("You can change the name later."),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("For which team?"),
        queryset=Team.objects.none(),
        to_field_name="uid",
        empty_label=gettext_lazy("Choose …"),
        error_messages={"required": gettext_lazy("Choose the team that owns it.")},
    )
    capabilities = forms.MultipleChoiceField(
        label=gettext_lazy("Which of these capabilities does it use?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Not sure yet? Leave it open and choose in the form."),
    )

    marks_optional = True
    use_required_attribute = False

    def __init__(
        self, teams: object, groups: Sequence[Group], *args: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["capabilities"].choices = grouped(groups)  # type: ignore[attr-defined]
        self.fields["once"] = forms.CharField(
            required=False, max_length=60, widget=forms.HiddenInput, initial=uuid4
        )
        for fact in sorted({*PREFILLED, "customer"}):
            self.fields[fact] = forms.CharField(
                required=False, max_length=60, widget=forms.HiddenInput
            )

    def attempt_of(self, user: User) -> UUID | None:
        """One form that was given out, with one content: sent twice, it means the same draft."""
        said = self.cleaned_data
        if not said["once"]:
            return None
        words = [said["title"], *said["capabilities"], said["customer"], *self.facts.values()]
        keys = [said["once"], str(user.uid), str(said["team"].uid)]
        return uuid5(NAMESPACE_URL, "\n".join([*keys, *words]))

    @property
    def facts(self) -> dict[str, str]:
        return {fact: self.cleaned_data[fact] for fact in PREFILLED if self.cleaned_data[fact]}


class StatementForm(forms.Form):
    """The statement of truth."""

    truth = forms.BooleanField(
        label=gettext_lazy(
            "What I file is true and complete to the best of my knowledge, and I may file it for"
            " my team."
        ),
        error_messages={"required": gettext_lazy("Tick the box to file it.")},
    )
    use_required_attribute = False


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once; the service judges each."""

    widget = _Files

    def clean(self, data: object, initial: object = None) -> list[object]:
        given = data if isinstance(data, list | tuple) else [data]
        return (
            [super(_FilesField, self).clean(one, initial) for one in given]
            if any(given)
            else (super().clean(None, initial) or [])
        )


class EvidenceForm(forms.Form):
    documents = _FilesField(
        label=gettext_lazy("Choose files"),
        max_length=255,
        allow_empty_file=True,
        widget=_Files(attrs={"accept": uploads.ACCEPT}),
        error_messages={"required": gettext_lazy("Choose one file at least.")},
    )
    use_required_attribute = False


class CoAuthorForm(forms.Form):
    person = forms.CharField(
        label=gettext_lazy("Who?"),
        max_length=254,
        help_text=gettext_lazy("User name or mail address of the account here."),
        error_messages={"required": gettext_lazy("Write a user name or a mail address.")},
    )
    right = forms.ChoiceField(
        label=gettext_lazy("What may this person do?"),
        choices=CoAuthorRight.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what this person may do.")},
    )
    use_required_attribute = False
