"""The working answers to read, print and take along, in any state."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.domain import intake
from reviews.permissions.intake import can_read_draft
from reviews.permissions.rulings import require
from reviews.selectors import intake as selectors
from reviews.web import changes
from reviews.web import intake_words as words
from reviews.web.requests import PortalRequest


@require_safe
def answers(request: PortalRequest, reference: str) -> HttpResponse:
    use_case = words.case_for(request.user, reference)
    require(can_read_draft(request.user, use_case))
    draft = selectors.draft(use_case)
    return render(
        request,
        "reviews/intake/answers.html",
        {
            "use_case": use_case,
            "crumbs": words.crumbs(use_case),
            "sections": changes.marked(request, use_case, draft.answers, draft.sections),
            "now": request.now,
        },
    )


@require_safe
def answers_json(request: PortalRequest, reference: str) -> JsonResponse:
    use_case = words.case_for(request.user, reference)
    require(can_read_draft(request.user, use_case))
    draft = selectors.draft(use_case)
    plain = {key: page for key, page in draft.answers.items() if key != intake.CATALOGUE}
    body = {
        "reference": use_case.reference,
        "title": use_case.title,
        "state": use_case.state,
        "exported_at": request.now.isoformat(),
        "answers": plain,
        "readable": [
            {"page": section.title, "answers": {row.label: row.value for row in section.rows}}
            for section in draft.sections
        ],
    }
    name = f"{use_case.reference}-answers.json"
    return JsonResponse(
        body,
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
