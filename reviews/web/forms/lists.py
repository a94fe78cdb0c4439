"""What people type about lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Team, User
from reviews.selectors.candidates import reviewers


class ViewForm(forms.Form):
    """A kept view: its name, and with whom it is shared."""

    name = forms.CharField(label=_("Name of the view"), max_length=80)
    team = forms.ModelChoiceField(
        label=_("Share with"),
        queryset=Team.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("Nobody: only I see it"),
        help_text=_("Everybody in the team sees the view over the list; only you can change it."),
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = teams


class ReviewerForm(forms.Form):
    """Who is to review many cases; who may not review one of them is told so in the effect."""

    person = forms.ModelChoiceField(
        label=_("Reviewer"),
        queryset=User.objects.none(),
        to_field_name="username",
        empty_label=_("Choose a reviewer"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = reviewers()


class ConfirmForm(forms.Form):
    """``shown``: digest of the effect that the person saw."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
