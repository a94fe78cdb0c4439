"""The grounds of an appeal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.web.forms.long_text import long_text


class AppealForm(forms.Form):
    grounds = long_text(
        _("Why the decision should change"),
        rows=6,
        help_text=_("What was overlooked or misread. Another lead reads it with the old reasons."),
    )
