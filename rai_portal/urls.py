"""Where each part of the site hangs."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from rai_portal import operations
from reviews.api import problems
from reviews.web import errors

# One sign-in page with one rate limit, for the admin too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("livez", operations.livez, name="livez"),
    path("readyz", operations.readyz, name="readyz"),
    path("version", operations.version, name="version"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("reviews.api.urls")),
    path("", include("reviews.web.urls")),
]


def server_error(request: HttpRequest) -> HttpResponse:
    """Whoever asked for data gets the error as data, everybody else as a page."""
    asked = problems if request.path.startswith("/api/") else errors
    return asked.server_error(request)


handler500 = server_error
