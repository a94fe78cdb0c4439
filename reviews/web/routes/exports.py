"""Lists as files."""

from django.urls import path

from reviews.web.views import exports

urlpatterns = [
    path("exports/<slug:resource>.<slug:form>", exports.export, name="export"),
    path("exports/<slug:resource>/rows/", exports.rows, name="export_rows"),
]
