"""What a customer types on the page behind the link in a mail."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import AnswerKind
from reviews.integrations import uploads
from reviews.services.reminding import wording
from reviews.services.sunset.answers import Given
from reviews.services.sunset.attestations import UploadedFile
from reviews.web.forms.access import day
from reviews.web.forms.long_text import long_text


def _name(help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=_("Your name"), max_length=200, help_text=help_text)


class AnswerForm(forms.Form):
    """One kind of answer. ``given_with`` makes what the service takes."""

    kind: AnswerKind
    marks_optional = True
    use_required_attribute = False

    def given_with(self, file: UploadedFile | None) -> Given:
        return Given(self.kind, file=file, **self.cleaned_data)

    @property
    def rows(self) -> list[dict[str, object]]:
        """What was typed, for the page that asks once more."""
        return [
            {
                "key": self.fields[name].label,
                "value": wording.day(value) if isinstance(value, date) else value,
            }
            for name, value in self.cleaned_data.items()
        ]


class AcknowledgedForm(AnswerForm):
    kind = AnswerKind.ACKNOWLEDGED


class SnoozedForm(AnswerForm):
    kind = AnswerKind.SNOOZED


class StoppedForm(AnswerForm):
    kind = AnswerKind.STOPPED

    said_by = _name(_("You attest it in this name."))
    stopped_on = day(_("Last day on which it ran"), help_text=_("Today or earlier."))


class EvidenceForm(forms.Form):
    """The file that may back an attestation; it is chosen on the page that asks once more."""

    file = forms.FileField(
        label=_("A file that shows it (optional)"),
        required=False,
        max_length=255,
        help_text=_("Such as a log or a change record: %(kinds)s, 20 MB at most.")
        % {"kinds": uploads.WORDS},
        widget=forms.ClearableFileInput(attrs={"accept": uploads.ACCEPT}),
    )

    @property
    def uploaded(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        return UploadedFile(file.name, file.content_type or "", file.file) if file else None


class MoreTimeForm(AnswerForm):
    kind = AnswerKind.MORE_TIME

    said_by = _name()
    until = day(_("Until which day do you need it?"), help_text=_("This day included."))
    reason = long_text(
        _("Why?"),
        max_length=5000,
        help_text=_("What will have happened by then. Whoever decides reads this."),
    )


class NotOursForm(AnswerForm):
    kind = AnswerKind.NOT_OURS

    said_by = _name()
    reason = long_text(
        _("What do you know about it?"),
        max_length=5000,
        required=False,
        help_text=_("Such as whose it is, or when you gave it away."),
    )


class SomeoneElseForm(AnswerForm):
    kind = AnswerKind.SOMEONE_ELSE

    new_name = forms.CharField(label=_("Name of the person who answers for it"), max_length=200)
    new_email = forms.EmailField(label=_("Their e-mail address"), max_length=254)
    said_by = forms.CharField(label=_("Your name"), max_length=200, required=False)


FORMS: dict[str, type[AnswerForm]] = {
    "received": AcknowledgedForm,
    "stopped": StoppedForm,
    "more-time": MoreTimeForm,
    "not-ours": NotOursForm,
    "someone-else": SomeoneElseForm,
    "later": SnoozedForm,
}
"""By the last word of the address."""

ASKED_AGAIN = {AnswerKind.STOPPED, AnswerKind.NOT_OURS}
"""What ends the matter is shown once more before it acts."""
