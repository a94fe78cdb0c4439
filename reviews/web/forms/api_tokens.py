"""What a token of the API is for, and for how long."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import Scope
from reviews.models import User
from reviews.permissions.api_tokens import can_create_token
from reviews.services.api_tokens import LONGEST_LIFE


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What will use it?"),
        max_length=80,
        help_text=_("Such as “build pipeline of Doors”. You tell tokens apart by it."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it be used for?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It never does more than you may do yourself."),
    )
    days = forms.IntegerField(
        label=_("For how many days?"),
        min_value=1,
        max_value=LONGEST_LIFE,
        initial=90,
        help_text=_("365 at most. Then it opens nothing; create another."),
    )

    use_required_attribute = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["scopes"]
        offered.choices = [
            (scope.value, f"{scope.label} ({scope.value})")
            for scope in Scope
            if can_create_token(user, user, [scope])
        ]

    @property
    def arguments(self) -> dict[str, Any]:
        scopes = [Scope(one) for one in self.cleaned_data["scopes"]]
        return {**self.cleaned_data, "scopes": scopes}
