"""What people type on the pages of Limited Access: who applies, the vetting form, the steps."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain import vetting
from reviews.domain.access import one_year_after
from reviews.domain.enums import Sector
from reviews.domain.vetting_fields import COUNTRIES, FIELDS, Field, Group, Kind
from reviews.models import Capability, CapabilityPolicy, Customer, Team, User, UseRule
from reviews.models.access_policy import operations_of
from reviews.selectors import access as selectors
from reviews.services.access import NewCustomer
from reviews.services.access_rules import personal_mail
from reviews.web.forms.long_text import long_text

COUNTRY_CHOICES = [("", _("Choose a country")), *COUNTRIES.items()]


def day(label: Any, **options: Any) -> forms.DateField:
    """A civil day, typed or picked."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class ChooseForm(forms.Form):
    """Who applies, for which customer and capability: what the next page depends on."""

    team = forms.ModelChoiceField(
        Team.objects.none(), to_field_name="uid", label=_("Your team"), empty_label=None
    )
    customer = forms.ModelChoiceField(
        Customer.objects.none(),
        to_field_name="uid",
        label=_("Customer"),
        required=False,
        empty_label=_("Another one, named below"),
    )
    name = forms.CharField(
        label=_("Name of another customer"),
        max_length=300,
        required=False,
        help_text=_("Only if the customer is not in the list."),
    )
    sector = forms.ChoiceField(
        label=_("Sector of the customer"),
        choices=[(one.value, one.label) for one in Sector if one is not Sector.UNKNOWN],
        widget=forms.RadioSelect,
        help_text=_(
            "Each sector has its own list of uses. For police and armed forces choose the public"
            " sector, whoever sells to them."
        ),
    )
    capability = forms.ModelChoiceField(
        Capability.objects.none(), to_field_name="slug", label=_("Capability"), empty_label=None
    )

    use_required_attribute = False

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limited = selectors.limited_capabilities(on=on)
        rows: dict[str, Any] = self.fields
        rows["team"].queryset = selectors.teams_of(user)
        rows["customer"].queryset = Customer.objects.visible_to(user)
        rows["capability"].queryset = Capability.objects.filter(
            pk__in=[one.pk for one in limited]
        ).select_related("service")
        rows["capability"].label_from_instance = lambda one: f"{one.service}: {one}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "customer" in cleaned and not cleaned["customer"] and not cleaned.get("name"):
            self.add_error("name", gettext("Choose a customer, or name another one."))
        return cleaned

    @property
    def for_customer(self) -> Customer | NewCustomer:
        found = self.cleaned_data["customer"]
        return found or NewCustomer(self.cleaned_data["name"])

    @property
    def listed_for(self) -> Sector:
        """Whose list is shown: the public sector's for public customers, and for public end users
        of a commercial one."""
        found = self.cleaned_data["customer"]
        said = {self.cleaned_data["sector"], found.sector if found else ""}
        return Sector.PUBLIC if Sector.PUBLIC in said else Sector.COMMERCIAL


class VettingForm(forms.Form):
    """The use and the vetting facts, drawn from ``domain.vetting_fields``."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        capability: Capability,
        policy: CapabilityPolicy,
        uses: list[UseRule],
        on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.operations = operations_of(capability)
        self.fields["use"] = _use_field(policy, uses)
        self.use_name = "use_code" if policy.use_list else "use_description"
        for field in FIELDS:
            if field.kind is not Kind.OPERATIONS or self.operations:
                self.fields[field.id] = _drawn(field, self.operations)

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The parts of the form: heading and fields."""
        yield gettext("The use"), [self["use"]]
        for group in Group:
            ids = [field.id for field in FIELDS if field.group is group]
            yield gettext(group.value), [self[name] for name in ids if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        wrong = vetting.problems(
            vetting.clean(cleaned),
            operations=self.operations,
            personal_mail=personal_mail(),
            on=self.on,
        )
        for name, words in wrong.items():
            if name not in self.errors:
                self.add_error(name, gettext(words))
        return cleaned

    @property
    def arguments(self) -> dict[str, Any]:
        """``use_code`` or ``use_description``, and ``answers``."""
        answers = {field.id: self.cleaned_data.get(field.id) for field in FIELDS}
        return {self.use_name: self.cleaned_data["use"], "answers": answers}


def _use_field(policy: CapabilityPolicy, uses: list[UseRule]) -> forms.Field:
    if not policy.use_list:
        return long_text(
            _("Describe the one use"),
            help_text=_("No list of uses is known for this capability. The office judges yours."),
            max_length=5000,
        )
    return forms.ChoiceField(
        label=_("Choose the one use"),
        choices=[(use.code, f"{use.code}: {use.text}") for use in uses],
        widget=forms.RadioSelect,
        help_text=gettext("A grant covers this use and no other. The list is closed. %(route)s")
        % {"route": policy.feedback_route},
    )


def _drawn(field: Field, operations: Mapping[str, str]) -> forms.Field:
    """Shape only: what is missing or wrong the vetting rules say."""
    made = _shape(field, operations)
    made.label = gettext(field.label)
    made.help_text = gettext(field.hint) if field.hint else ""
    if field.only_if:
        made.help_text = gettext("Only if you said yes.")
    made.why = gettext(field.why) if field.why else ""  # type: ignore[attr-defined]
    return made


def _shape(field: Field, operations: Mapping[str, str]) -> forms.Field:
    if field.kind is Kind.TEXT:
        return forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    if field.kind is Kind.YES_NO:
        made = forms.ChoiceField(
            required=False,
            choices=[("yes", _("Yes")), ("no", _("No"))],
            widget=forms.RadioSelect,
        )
        made.inline = "yes"  # type: ignore[attr-defined]
        return made
    if field.kind is Kind.CHOICE:
        options = [(option.value, gettext(option.label)) for option in field.options]
        return forms.ChoiceField(required=False, choices=options, widget=forms.RadioSelect)
    if field.kind is Kind.COUNTRY:
        return forms.ChoiceField(required=False, choices=COUNTRY_CHOICES)
    if field.kind is Kind.OPERATIONS:
        return forms.MultipleChoiceField(
            required=False,
            choices=list(operations.items()),
            widget=forms.CheckboxSelectMultiple,
        )
    if field.kind is Kind.DAY:
        return day("", required=False)
    widget = forms.EmailInput if field.kind is Kind.MAIL else forms.TextInput
    return forms.CharField(required=False, widget=widget)


# Steps: one small form each -----------------------------------------------------------------------


class StepForm(forms.Form):
    """Nothing to type: the button is the answer. ``row``: what the step acts on."""

    use_required_attribute = False

    def __init__(self, *args: Any, row: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.on = row, on

    @property
    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "password"}


class ReasonForm(StepForm):
    reason = long_text(_("Reason"), max_length=5000)


class GrantForm(StepForm):
    reason = long_text(
        _("What the grant rests on"),
        max_length=5000,
        help_text=_("The team reads it as it stands."),
    )
    reverify_by = day(_("Re-verify by"), help_text=_("This day included. A year ahead at most."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reverify_by"].initial = one_year_after(self.on)


class ReverifyForm(StepForm):
    note = long_text(_("What was confirmed, and how"), max_length=5000)
    next_by = day(
        _("Next re-verification by"), help_text=_("This day included. A year ahead at most.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_by"].initial = one_year_after(self.on)


class TransferForm(StepForm):
    to = forms.ModelChoiceField(
        Customer.objects.none(),
        to_field_name="uid",
        label=_("New customer"),
        empty_label=_("Choose a customer"),
        help_text=_("Customers who are known not to be managed are left out."),
    )
    reason = long_text(_("Reason"), max_length=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = selectors.other_customers(self.row)


class SignForm(StepForm):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("A countersignature is yours alone, so we ask for it again."),
    )


class VerifyForm(StepForm):
    is_managed = forms.TypedChoiceField(
        label=_("Does an account team look after this customer?"),
        choices=[("yes", _("Yes, managed")), ("no", _("No, not managed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = long_text(
        _("How you verified it"),
        max_length=5000,
        help_text=_("Such as the account team's answer of that day."),
    )
