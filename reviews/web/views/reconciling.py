"""Where two blind reviewers differ: side by side, talked over, settled one by one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from reviews.selectors import reconciling as selectors
from reviews.web import reviewing_words as words
from reviews.web.requests import PortalRequest
from reviews.web.views.desk import opened_review


@require_safe
def reconcile(request: PortalRequest, uid: str) -> HttpResponse:
    """Only the differences. Each reviewer changes the own verdict on the item's own page."""
    review, part = opened_review(request, uid)
    found = selectors.reconciliation(review, request.user, part=part)
    total = len(found.differences)
    progress = ngettext(
        "%(settled)d of %(n)d difference settled", "%(settled)d of %(n)d differences settled", total
    ) % {"settled": found.settled, "n": total}
    context = {
        "found": found,
        "review": review,
        "use_case": review.use_case,
        "crumbs": words.crumbs(review),
        "progress": progress,
        "total": total,
        "here": words.desk_place(review),
    }
    return render(request, "reviews/reviewing/reconcile.html", context)
