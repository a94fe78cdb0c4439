"""What the word that is being typed into a search box may become."""

from django.http import HttpResponse, JsonResponse, QueryDict
from django.views.decorators.http import require_safe

from reviews.domain.query_completion import complete
from reviews.domain.query_words import said
from reviews.selectors.list_filters import vocabulary
from reviews.web import known_lists
from reviews.web.requests import PortalRequest

_LONGEST = 200


@require_safe
def completion(request: PortalRequest, name: str) -> HttpResponse:
    """``?word=``: the last word so far. Values are those that this person's own filter offers."""
    known = known_lists.of_name(request, name)
    filters = known.make(request, QueryDict())
    typed = request.GET.get("word", "")[:_LONGEST]
    filters.understand(said(typed))
    found = complete(typed, vocabulary(filters))
    return JsonResponse({"options": [{"word": one.word, "label": one.label} for one in found]})
