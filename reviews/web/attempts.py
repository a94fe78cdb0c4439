"""A form and the service behind it: what a rule refuses becomes an error of the form."""

from collections.abc import Callable

from django import forms

from reviews.domain.errors import DomainError


def accepted(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether the form was valid and ``act`` went through."""
    if not form.is_valid():
        return False
    try:
        act()
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    return True
