"""Who is brought in for one case, for what, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import Party
from reviews.models import User
from reviews.selectors.intake import person_called
from reviews.web.forms.long_text import long_text

CAPACITIES = {
    Party.REVIEWER: _("To review"),
    Party.LEAD: _("To decide"),
    Party.SECOND_LEAD: _("To countersign the decision"),
}


class OutsiderForm(forms.Form):
    """A person is named by user name or e-mail, so that a long list needs no menu."""

    person = forms.CharField(
        label=_("User name or e-mail"), help_text=_("Of somebody who has an account here.")
    )
    party = forms.ChoiceField(
        label=_("What for?"),
        choices=[(party.value, words) for party, words in CAPACITIES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what this person is needed for.")},
    )
    reason = long_text(
        _("Why this person?"),
        rows=3,
        help_text=_("What qualifies them, and who is missing. It stays on record with the case."),
    )
    use_required_attribute = False

    def clean_person(self) -> User:
        found = person_called(self.cleaned_data["person"])
        if found is None:
            raise forms.ValidationError(
                _("Nobody has this user name or e-mail. Check it, or ask an administrator.")
            )
        return found

    @property
    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "party": Party(self.cleaned_data["party"])}
