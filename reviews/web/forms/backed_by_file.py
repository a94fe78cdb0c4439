"""Words that a file of the use case may back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.models import Evidence


class BackedByFile(forms.Form):
    """Offers the files of one use case; ``file`` is the one that was chosen, or nothing."""

    evidence = forms.ChoiceField(label=_("File that shows it"), required=False)

    def __init__(self, *args: Any, files: Sequence[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(file.uid): file for file in files}
        self.fields["evidence"].choices = [  # type: ignore[attr-defined]
            ("", gettext("No file")),
            *((key, str(file)) for key, file in self.offered.items()),
        ]

    @property
    def file(self) -> Evidence | None:
        return self.offered.get(self.cleaned_data["evidence"])
