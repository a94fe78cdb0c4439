"""What a repeated evaluation showed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.models import Evidence
from reviews.web.forms.long_text import long_text


class EvaluationForm(forms.Form):
    """The result in words; a file of the use case may back it."""

    note = long_text(_("What the evaluation showed"))
    evidence = forms.ChoiceField(label=_("File that shows it"), required=False)

    def __init__(self, *args: Any, files: Sequence[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(file.uid): file for file in files}
        self.fields["evidence"].choices = [  # type: ignore[attr-defined]
            ("", gettext("No file")),
            *((key, str(file)) for key, file in self.offered.items()),
        ]

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "note": self.cleaned_data["note"],
            "evidence": self.offered.get(self.cleaned_data["evidence"]),
        }
