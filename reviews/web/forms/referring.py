"""What goes to the panel and what comes back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import User
from reviews.web.forms.long_text import long_text


class ReferForm(forms.Form):
    """The panel is asked a question."""

    question = long_text(_("What the panel is asked"))
    members = forms.MultipleChoiceField(
        label=_("Who is asked"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, panel: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.panel = {str(person.uid): person for person in panel}
        self.fields["members"].choices = [  # type: ignore[attr-defined]
            (key, str(person)) for key, person in self.panel.items()
        ]

    @property
    def arguments(self) -> dict[str, Any]:
        chosen = self.cleaned_data["members"]
        return {
            "question": self.cleaned_data["question"],
            "members": [self.panel[key] for key in chosen],
        }


class AdviceForm(forms.Form):
    """One panel member's advice, attendance and dissent."""

    advice = long_text(_("Your advice"))
    attended = forms.ChoiceField(
        label=_("Did you take part in the discussion?"),
        choices=[("yes", _("Yes")), ("no", _("No, I advise in writing"))],
        widget=forms.RadioSelect,
    )
    dissent = long_text(
        _("Where you disagree with the panel"),
        required=False,
        rows=3,
        help_text=_("Goes on record under your name. Leave it empty if you agree."),
    )

    @property
    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "advice": cleaned["advice"],
            "attended": cleaned["attended"] == "yes",
            "dissent": cleaned["dissent"],
        }


class SummaryForm(forms.Form):
    summary = long_text(
        _("The panel's advice in sum"),
        help_text=_("The decision will rest on it, and the team reads it afterwards."),
    )
