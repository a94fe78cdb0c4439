"""Forms of the team pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Team, User
from reviews.selectors import teams


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name of the team"), max_length=300)


class MemberForm(forms.Form):
    """Who joins. A person is named by user name or e-mail, so that a long list needs no menu."""

    person = forms.CharField(
        label=_("User name or e-mail"), help_text=_("Of somebody who has an account here.")
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_person(self) -> User:
        typed = self.cleaned_data["person"].strip()
        people = teams.people_to_add(self.team)
        found = people.filter(username__iexact=typed) or people.filter(email__iexact=typed)
        if not found:
            raise forms.ValidationError(
                _("Nobody outside the team has this user name or e-mail. Check the spelling.")
            )
        return found[0]
