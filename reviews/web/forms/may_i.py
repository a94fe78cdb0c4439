"""The gate page's forms: what is asked about, and one question at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundWidget
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.domain.gate.facts import UNKNOWN, UNLISTED
from reviews.domain.intake.regions import REGIONS
from reviews.models import Customer, UseRule
from reviews.models.gate_rules import UseKind
from reviews.selectors.gate import Group

MOST_CUSTOMERS = 300
"""More than these are no list to choose from; a link may still name one."""

Options = Sequence[tuple[str, object]]
Words = str | Promise


class AskForm(forms.Form):
    """What is asked about. Everything else is asked only where it changes the answer."""

    capability = forms.MultipleChoiceField(
        label=gettext_lazy("What do you want to use?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose one or several: each is answered by itself."),
        error_messages={
            "required": gettext_lazy("Choose a capability at least."),
            "invalid_choice": gettext_lazy(
                "“%(value)s” is no capability that we know. Choose one of the list."
            ),
        },
    )
    customer = forms.ModelChoiceField(
        label=gettext_lazy("For a customer of the register?"),
        help_text=gettext_lazy("Then what the register knows is not asked again."),
        queryset=Customer.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=gettext_lazy("No, or not registered"),
        error_messages={
            "invalid_choice": gettext_lazy("There is no such customer, or you may not see it.")
        },
    )
    on = forms.DateField(
        label=gettext_lazy("On another day than today?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("This is no day. Write it as 2023-06-30.")},
    )

    use_required_attribute = False

    def __init__(
        self,
        groups: Sequence[Group],
        customers: QuerySet[Customer],
        *args: object,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["capability"].choices = [  # type: ignore[attr-defined]
            (one.slug, one.name) for group in groups for one in group.choices
        ]
        self._sizes = [(group.title, len(group.choices)) for group in groups]
        self.fields["customer"].queryset = customers  # type: ignore[attr-defined]
        if customers.count() > MOST_CUSTOMERS:
            self.fields["customer"].widget = forms.HiddenInput()
        self.fields["on"].short = True  # type: ignore[attr-defined]

    @property
    def capability_groups(self) -> list[tuple[str, list[BoundWidget]]]:
        """The check boxes under the title of their group."""
        boxes = iter(self["capability"].subwidgets)
        return [(title, list(islice(boxes, size))) for title, size in self._sizes]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact as a question. ``title`` may name ``%(capability)s`` and ``%(cutoff)s``."""

    title: Words
    options: Options = ()
    hint: Words = ""
    is_day: bool = False
    is_list: bool = False


YES_NO: Options = (
    ("yes", gettext_lazy("Yes")),
    ("no", gettext_lazy("No")),
    (UNKNOWN, gettext_lazy("I do not know")),
)
_DO_NOT_KNOW = (UNKNOWN, gettext_lazy("I do not know"))

QUESTIONS: Mapping[str, Question] = {
    "existing": Question(
        gettext_lazy("Was the customer using “%(capability)s” on %(cutoff)s?"),
        YES_NO,
        gettext_lazy(
            "This very capability: an account, or another capability of the service, does not"
            " count. If it is for your own organisation, you are the customer."
        ),
    ),
    "purpose": Question(
        gettext_lazy("What is it for?"),
        (
            ("general", gettext_lazy("General use")),
            ("accessibility", gettext_lazy("Accessibility: it helps people with disabilities")),
            _DO_NOT_KNOW,
        ),
    ),
    "managed": Question(
        gettext_lazy("Is the customer managed?"),
        YES_NO,
        gettext_lazy(
            "Managed means that an account team of the provider looks after the customer. Nobody"
            " can ask to become managed."
        ),
    ),
    "use": Question(
        gettext_lazy("Which of the approved uses is it?"),
        (),
        gettext_lazy("The list is closed, and a grant is bound to the use you choose."),
    ),
    "sector": Question(
        gettext_lazy("In which sector does it work?"),
        (
            ("commercial", gettext_lazy("Commercial")),
            ("public", gettext_lazy("Public sector")),
            _DO_NOT_KNOW,
        ),
    ),
    "end_user": Question(
        gettext_lazy("Who uses it in the end, or has it used for them?"),
        (
            ("us_police", gettext_lazy("State or local police in the United States")),
            ("federal_law_enforcement", gettext_lazy("Federal law enforcement")),
            ("military", gettext_lazy("Armed forces")),
            ("other", gettext_lazy("None of these")),
            _DO_NOT_KNOW,
        ),
    ),
    "realtime_bodycam": Question(
        gettext_lazy(
            "Does it recognise people in real time on cameras that officers wear or carry?"
        ),
        YES_NO,
    ),
    "setting": Question(
        gettext_lazy("In which setting is it used?"),
        (
            ("workplace", gettext_lazy("At work, applicants included")),
            ("education", gettext_lazy("In education")),
            ("healthcare", gettext_lazy("In healthcare")),
            ("public_space", gettext_lazy("In a public space")),
            ("other", gettext_lazy("Somewhere else")),
            _DO_NOT_KNOW,
        ),
    ),
    "region": Question(
        gettext_lazy("Where is it used?"),
        tuple(REGIONS.items()),
        gettext_lazy("If one of several places is in the European Union, choose the Union."),
        is_list=True,
    ),
    "medical_or_safety": Question(
        gettext_lazy("Does it serve a medical or safety purpose?"), YES_NO
    ),
    "application": Question(
        gettext_lazy("How far has the Limited Access application come?"),
        (
            ("none", gettext_lazy("Nothing is filed")),
            ("filed", gettext_lazy("Filed, not decided yet")),
            ("granted", gettext_lazy("Granted")),
            ("denied", gettext_lazy("Denied")),
            ("revoked", gettext_lazy("Granted, then revoked")),
            ("lapsed", gettext_lazy("Granted, then lapsed")),
            _DO_NOT_KNOW,
        ),
    ),
    "granted_use": Question(gettext_lazy("For which use was access granted?")),
    "extension_until": Question(
        gettext_lazy("Until which day was an extension granted?"), is_day=True
    ),
    "exception_covers": Question(
        gettext_lazy("Does the exception that is held cover this scenario?"), YES_NO
    ),
}
"""Every fact that a link may carry, and how it is asked."""

PER_CAPABILITY = frozenset(
    {"existing", "application", "granted_use", "extension_until", "exception_covers"}
)
"""Facts that may differ from one capability to the next: said as ``existing.emotion`` then."""


def use_options(uses: Sequence[UseRule], sector: str = "") -> Options:
    """The closed list, of one sector where that is known."""
    approved = [one for one in uses if one.kind == UseKind.APPROVED]
    fitting = [one for one in approved if not sector or one.sector in ("any", sector)]
    return [
        *((one.code, one.text) for one in fitting),
        (UNLISTED, _("None of these")),
        (UNKNOWN, _("I do not know")),
    ]


class QuestionForm(forms.Form):
    """One question, or two that belong together; what was said before rides along, hidden."""

    use_required_attribute = False

    def __init__(
        self,
        names: Sequence[str],
        title: Callable[[str], str],
        said: Sequence[tuple[str, str]],
        uses: Sequence[UseRule],
    ) -> None:
        super().__init__()
        self.said = [(name, value) for name, value in said if name not in names]
        sector = dict(said).get("sector", "")
        for name in names:
            fact = name.partition(".")[0]
            options = use_options(uses, sector) if fact in ("use", "granted_use") else ()
            self.fields[name] = _field(QUESTIONS[fact], title(fact), options)


def _field(question: Question, title: str, options: Options) -> forms.Field:
    hint = str(question.hint)
    if question.is_day:
        field: forms.Field = forms.DateField(
            label=title, help_text=hint, widget=forms.DateInput(attrs={"type": "date"})
        )
        field.short = True  # type: ignore[attr-defined]
        return field
    choices = options or question.options
    if question.is_list:
        return forms.ChoiceField(
            label=title, help_text=hint, choices=[("", _("Choose …")), *choices]
        )
    field = forms.ChoiceField(
        label=title, help_text=hint, choices=choices, widget=forms.RadioSelect
    )
    field.inline = question.options is YES_NO  # type: ignore[attr-defined]
    return field
