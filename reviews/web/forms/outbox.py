"""The one question before a mail or a hold is settled by a person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """``needed``: whether the act asks for a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stands in the record."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needed:
            del self.fields["reason"]
