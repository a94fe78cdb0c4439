"""What people type in the sunset register."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.domain import sunset
from reviews.domain.enums import DeploymentStatus
from reviews.integrations import uploads
from reviews.models import User
from reviews.selectors.sunset import register
from reviews.services.sunset.attestations import UploadedFile
from reviews.web.forms.access import StepForm, day
from reviews.web.forms.long_text import long_text

WHY: dict[str, Any] = {"label": _("Why"), "max_length": 2000}


def zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(zoneinfo.available_timezones())]


class StatusForm(StepForm):
    status = forms.ChoiceField(label=_("Status"), widget=forms.RadioSelect)
    plan = long_text(
        _("Plan"),
        required=False,
        max_length=5000,
        help_text=_("How, and by when, the customer will be without it. Needed for “plan filed”."),
    )
    reason = long_text(**WHY, help_text=_("It stands in the history as it is."))

    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        status: Any = self.fields["status"]
        status.choices = [
            (one.value, one.label) for one in sunset.BY_HAND if one is not self.row.current_status
        ]
        self.fields["plan"].initial = self.row.plan

    @property
    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "status": DeploymentStatus(self.cleaned_data["status"])}


class AttestForm(StepForm):
    said_by = forms.CharField(
        label=_("Who says so"),
        max_length=200,
        help_text=_("Name and function of the person at the customer."),
    )
    stopped_on = day(_("Last day of use"))
    reason = long_text(
        _("How you know"),
        max_length=2000,
        help_text=_("Such as a letter of that day, a call, or traffic that ended."),
    )
    document = forms.FileField(
        label=_("Evidence"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": uploads.ACCEPT}),
        help_text=_("A letter, a screenshot or an export. 20 MB at most."),
    )

    marks_optional = True

    @property
    def arguments(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        document = typed.pop("document")
        file = (
            UploadedFile(document.name, document.content_type or "", document.file)
            if document
            else None
        )
        return {**typed, "file": file}


class DetailsForm(StepForm):
    in_use_since = day(
        _("In use since"), required=False, help_text=_("Leave it empty if nobody knows.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone where it runs"),
        help_text=_("The last permitted day ends at midnight there."),
    )
    plan = long_text(_("Plan"), required=False, max_length=5000)
    note = long_text(_("Note of the office"), required=False, max_length=5000)
    reason = long_text(**WHY)
    version = forms.IntegerField(widget=forms.HiddenInput)

    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = zones()
        for name in ("in_use_since", "time_zone", "plan", "note", "version"):
            self.fields[name].initial = getattr(self.row, name)


class NewContactForm(StepForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"))
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Mails leave at 09:00 there."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = zones()
        zone.initial = getattr(self.row, "time_zone", "UTC")


class ContactForm(NewContactForm):
    reason = long_text(**WHY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.row.name
        self.fields["email"].initial = self.row.email


class WhyForm(StepForm):
    reason = long_text(_("Why"), max_length=300)


class HowForm(StepForm):
    reason = long_text(
        _("How you made sure"),
        max_length=2000,
        help_text=_("Such as a call of that day."),
    )


class OwnerForm(StepForm):
    owner = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="username",
        label=_("Owner"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Answers to mails go to this person, who also gets the escalations."),
    )
    reason = long_text(**WHY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = register.owners()
        owner.initial = self.row.owner.username if self.row.owner else None


# Many at once -------------------------------------------------------------------------------------


class BulkStatusForm(forms.Form):
    """Which status; what cannot be set for many at once is left out."""

    new_status = forms.ChoiceField(
        label=_("New status"),
        choices=[(one.value, one.label) for one in sunset.BY_HAND],
    )
    use_required_attribute = False

    @property
    def arguments(self) -> dict[str, Any]:
        return {"status": DeploymentStatus(self.cleaned_data["new_status"])}


class BulkOwnerForm(forms.Form):
    new_owner = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="username",
        label=_("New owner"),
        empty_label=_("Choose a person"),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["new_owner"]
        owner.queryset = register.owners()

    @property
    def arguments(self) -> dict[str, Any]:
        return {"owner": self.cleaned_data["new_owner"]}


class BulkReasonForm(forms.Form):
    """Why, and the effect that the person saw."""

    reason = long_text(**WHY, help_text=_("It stands in the history of each of them."))
    shown = forms.CharField(widget=forms.HiddenInput)
    use_required_attribute = False


class BulkRemindForm(forms.Form):
    """Nothing to type: the button is the answer."""

    shown = forms.CharField(widget=forms.HiddenInput)
    use_required_attribute = False


# Import -------------------------------------------------------------------------------------------


class ImportForm(forms.Form):
    document = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV or XLSX, 20 MB at most. Nothing is written before you have seen what."),
    )
    use_required_attribute = False
