"""What a save by itself answers. The protocol stands at the top of ``static/js/autosave.js``."""

from collections.abc import Callable, Mapping

from django import forms
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from reviews.domain.errors import DomainError, NotPermitted, StaleVersion
from reviews.web import reviewing_words as words


def invalid(form: forms.Form) -> JsonResponse:
    first = next(iter(form.errors.values()))[0]
    return JsonResponse({"message": gettext("Not saved: %s") % first}, status=400)


def answered(save: Callable[[], Mapping[str, object]]) -> JsonResponse:
    """What ``save`` returns; where a rule says no its words, and both texts of a conflict."""
    try:
        return JsonResponse(dict(save()))
    except StaleVersion as stale:
        panel = {"conflicts": words.conflicts(stale), "version": stale.version}
        html = render_to_string("components/conflict_panel.html", panel)
        return JsonResponse({"version": stale.version, "html": html}, status=409)
    except DomainError as error:
        status = 403 if isinstance(error, NotPermitted) else 400
        return JsonResponse({"message": gettext("Not saved: %s") % error.message}, status=status)
