"""Where each part of the site hangs."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from rai_portal import operations

# One sign-in page with one rate limit, for the admin too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("livez", operations.livez, name="livez"),
    path("readyz", operations.readyz, name="readyz"),
    path("version", operations.version, name="version"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("reviews.web.urls")),
]

handler500 = "reviews.web.errors.server_error"
