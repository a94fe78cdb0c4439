"""What a repeated evaluation showed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from reviews.web.forms.backed_by_file import BackedByFile
from reviews.web.forms.long_text import long_text


class EvaluationForm(BackedByFile):
    """The result in words; a file of the use case may back it."""

    note = long_text(_("What the evaluation showed"))

    field_order = ["note", "evidence"]

    @property
    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], "evidence": self.file}
