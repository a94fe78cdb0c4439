"""What a request carries here, for the types: behind the sign-in and our own middleware."""

from datetime import date, datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from reviews.models import User


class PortalRequest(HttpRequest):
    """A request of a signed-in person; `now` and `today` are set by the `Clock` middleware."""

    user: User
    htmx: HtmxDetails
    now: datetime
    today: date
