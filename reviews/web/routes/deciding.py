"""Decisions, countersignatures, referrals, conditions, appeals, re-reviews and evaluations."""

from django.urls import path

from reviews.web.views import appealing, conditions, deciding, evaluations, referring

urlpatterns = [
    path("use-cases/<str:reference>/decision/", deciding.decision, name="decision"),
    path("use-cases/<str:reference>/countersign/", deciding.countersign, name="countersign"),
    path(
        "use-cases/<str:reference>/return-to-review/",
        deciding.return_to_review,
        name="return_to_review",
    ),
    path("use-cases/<str:reference>/re-review/", deciding.rereview, name="rereview"),
    path("use-cases/<str:reference>/refer/", referring.refer, name="refer"),
    path("use-cases/<str:reference>/appeal/", appealing.appeal, name="use_case_appeal"),
    path("referrals/<uuid:uid>/", referring.referral, name="referral"),
    path("use-cases/<str:reference>/evaluations/", evaluations.evaluations, name="evaluations"),
    path("evaluations/<uuid:uid>/", evaluations.evaluation, name="evaluation"),
    path("conditions/", conditions.conditions, name="conditions"),
    path("conditions/<uuid:uid>/", conditions.condition, name="condition"),
]
