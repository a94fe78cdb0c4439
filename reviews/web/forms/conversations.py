"""What people type into threads."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.services.conversations import LONGEST


class CommentForm(forms.Form):
    """One comment; the page draws it by hand, this reads it."""

    text = forms.CharField(label=_("Comment"), required=False, max_length=LONGEST, strip=False)
    version = forms.IntegerField(min_value=0)

    @property
    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", "version")}
