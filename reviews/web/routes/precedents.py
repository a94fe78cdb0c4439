"""Decided cases like one."""

from django.urls import path

from reviews.web.views import precedents

urlpatterns = [
    path(
        "use-cases/<str:reference>/precedents/",
        precedents.precedents,
        name="use_case_precedents",
    ),
]
