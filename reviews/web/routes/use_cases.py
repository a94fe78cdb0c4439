"""List and page of a use case, and its frozen submissions."""

from django.urls import path

from reviews.web.views import outsiders, use_cases

urlpatterns = [
    path("use-cases/", use_cases.use_cases, name="use_cases"),
    path("use-cases/<str:reference>/", use_cases.use_case, name="use_case"),
    path(
        "use-cases/<str:reference>/submissions/<int:number>/",
        use_cases.submission,
        name="use_case_submission",
    ),
    path("use-cases/<str:reference>/outsiders/", outsiders.outsiders, name="use_case_outsiders"),
    path("use-cases/<str:reference>/seen/", use_cases.seen, name="use_case_seen"),
    path("use-cases/<str:reference>/compare/", use_cases.compare, name="use_case_compare"),
]
