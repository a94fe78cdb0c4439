"""The demo's clock, for administrators: refused outside the demo."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from reviews.domain.enums import ClockStep
from reviews.domain.errors import BadInput
from reviews.services.demo import clock
from reviews.web.requests import PortalRequest


@require_POST
def advance(request: PortalRequest) -> HttpResponse:
    """A day, a week, or to the next reminder; then the outbox shows what goes out."""
    if not settings.DEMO:
        raise Http404
    step = request.POST.get("step", "")
    if step not in ClockStep.values:
        raise BadInput(
            gettext("The demo's clock goes on by a day, by a week, or to the next reminder.")
        )
    now = clock.advance(ClockStep(step), by=request.user, at=request.now, on=request.today)
    local = timezone.localtime(now)
    said = gettext("The business clock shows %(day)s, %(time)s (%(zone)s).") % {
        "day": f"{local:%A, %-d %B %Y}",
        "time": f"{local:%H:%M}",
        "zone": request.user.time_zone,
    }
    messages.success(request, said)
    return redirect("reviews:outbox")
