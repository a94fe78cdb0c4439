"""What people type to ask for an exception or an extension, and for the register."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.domain.enums import ExceptionKind, Sector
from reviews.models import Capability
from reviews.web.forms.access import COUNTRY_CHOICES, StepForm, day
from reviews.web.forms.long_text import long_text


class ExceptionForm(forms.Form):
    """An exception for one scenario."""

    what = forms.ChoiceField(label=_("Exception"), widget=forms.RadioSelect)
    scope = long_text(
        _("Scope"),
        max_length=2000,
        help_text=_("Who may use which result, and where. The exception covers no more than this."),
    )
    reason = long_text(
        _("Why the scenario needs it"),
        max_length=5000,
        help_text=_("What people can do with it that they cannot do without it."),
    )
    until = day(_("Last day"), help_text=_("This day included. A year ahead at most."))

    use_required_attribute = False

    def __init__(self, *args: Any, kinds: dict[Capability, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {
            f"{capability.slug}:{kind}": (capability, ExceptionKind(kind))
            for capability, permitted in kinds.items()
            for kind in permitted
        }
        what: Any = self.fields["what"]
        what.choices = [
            (key, f"{capability.name}: {kind.label}")
            for key, (capability, kind) in self.offers.items()
        ]
        if len(self.offers) == 1:
            what.initial = next(iter(self.offers))

    @property
    def arguments(self) -> dict[str, Any]:
        capability, kind = self.offers[self.cleaned_data["what"]]
        typed = {name: self.cleaned_data[name] for name in ("scope", "reason", "until")}
        return {"capability": capability, "kind": kind, **typed}


class ExtensionForm(StepForm):
    until = day(_("New last permitted day"), help_text=_("This day included."))
    reason = long_text(
        _("Why more time is needed"),
        max_length=5000,
        help_text=_("What will have happened by that day, and who answers for it."),
    )


class CustomerForm(forms.Form):
    """A customer for the register. Whether it is managed is verified afterwards."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=300)
    sector = forms.ChoiceField(
        label=_("Sector"),
        choices=Sector.choices,
        initial=Sector.UNKNOWN,
        widget=forms.RadioSelect,
        help_text=_("It tells which list of uses counts."),
    )
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRY_CHOICES, required=False)

    use_required_attribute = False
    marks_optional = True

    @property
    def arguments(self) -> dict[str, Any]:
        return {**self.cleaned_data, "sector": Sector(self.cleaned_data["sector"])}


class DeploymentForm(forms.Form):
    """A running use of a capability."""

    capability = forms.ModelChoiceField(
        Capability.objects.current(),
        to_field_name="slug",
        label=_("Capability"),
        empty_label=_("Choose a capability"),
    )
    use = forms.CharField(label=_("What it is used for, in a few words"), max_length=300)
    in_use_since = day(
        _("In use since"),
        required=False,
        help_text=_(
            "Leave it empty if nobody knows: then the gate does not say whether the customer is"
            " an existing one."
        ),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone where it runs"),
        help_text=_("The last permitted day ends at midnight there."),
    )

    use_required_attribute = False
    marks_optional = True

    def __init__(self, *args: Any, time_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zoneinfo.available_timezones())
        zone_field: Any = self.fields["time_zone"]
        zone_field.choices = [(zone, zone) for zone in zones]
        zone_field.initial = time_zone

    @property
    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
