"""What a person chooses for the digest and for a calendar feed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import DigestFrequency
from reviews.models import Capability, User
from reviews.selectors.sunset import feeds


class DigestForm(forms.Form):
    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=DigestFrequency.choices,
        widget=forms.RadioSelect,
        help_text=_("At nine in the morning where you are. Nothing comes when nothing waits."),
    )

    use_required_attribute = False

    @property
    def chosen(self) -> DigestFrequency:
        return DigestFrequency(self.cleaned_data["frequency"])


class FeedForm(forms.Form):
    capability = forms.ModelChoiceField(
        Capability.objects.none(),
        to_field_name="slug",
        label=_("Which deadlines?"),
        required=False,
        empty_label=_("Everything that I answer for"),
        help_text=_("Or everything about one capability, as far as you may see it."),
    )

    use_required_attribute = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["capability"]
        field.queryset = feeds.capabilities_of(user)
