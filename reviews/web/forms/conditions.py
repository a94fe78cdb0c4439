"""Proof of a condition, and what its verifier says to it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.models import Evidence
from reviews.web.forms.long_text import long_text


class ProofForm(forms.Form):
    """What shows that a condition is met; a file of the use case may back it."""

    proof = long_text(_("What shows that it is met"))
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
            "proof": self.cleaned_data["proof"],
            "evidence": self.offered.get(self.cleaned_data["evidence"]),
        }


class VerifyForm(forms.Form):
    """Confirm a condition, or reopen it."""

    note = long_text(_("Note"), rows=3, required=False, help_text=_("Needed where you reopen it."))
