"""Forms about reviewers: days away, capabilities known well, conflicts of interest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Capability, Customer, Team
from reviews.web.forms.reviewing import TypedForm


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class AbsenceForm(forms.Form):
    first_on = _day(_("First day away"))
    last_on = _day(_("Last day away"), help_text=_("Included."))


class ExpertiseForm(forms.Form):
    capabilities = forms.ModelMultipleChoiceField(
        label=_("Capabilities known well"),
        queryset=Capability.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["capabilities"]
        choice.queryset = Capability.objects.current().order_by("name", "pk")


class ConflictForm(TypedForm):
    """With a team or with a customer, each named as it stands in its list."""

    team = forms.CharField(
        label=_("Team"), required=False, help_text=_("Its name as in the list of teams.")
    )
    customer = forms.CharField(
        label=_("or customer"), required=False, help_text=_("Its name as in the list of customers.")
    )
    reason = forms.CharField(
        label=_("What the conflict is"),
        help_text=_("Read by the person, leads and auditors only."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def clean_team(self) -> Team | None:
        return self._named(Team, "team", _("There is no team of this name. Check the spelling."))

    def clean_customer(self) -> Customer | None:
        words = _("There is no customer of this name. Check the spelling.")
        return self._named(Customer, "customer", words)

    def _named(self, model: Any, field: str, words: Any) -> Any:
        typed = " ".join(self.cleaned_data[field].split())
        if not typed:
            return None
        row = model.objects.filter(name__iexact=typed).first()
        if row is None:
            raise forms.ValidationError(words)
        return row
