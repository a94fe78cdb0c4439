"""Proof of a condition, and what its verifier says to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.web.forms.backed_by_file import BackedByFile
from reviews.web.forms.long_text import long_text


class ProofForm(BackedByFile):
    """What shows that a condition is met; a file of the use case may back it."""

    proof = long_text(_("What shows that it is met"))

    field_order = ["proof", "evidence"]

    @property
    def arguments(self) -> dict[str, Any]:
        return {"proof": self.cleaned_data["proof"], "evidence": self.file}


class VerifyForm(forms.Form):
    """Confirm a condition, or reopen it."""

    note = long_text(_("Note"), rows=3, required=False, help_text=_("Needed where you reopen it."))
