"""The workbench, the reviewer's desk, and the questions to the team."""

from django.urls import path

from reviews.web.views import (
    conversations,
    desk,
    evidence_view,
    judging,
    questions,
    reconciling,
    reviewers,
    workbench,
)

urlpatterns = [
    path("reviews/", workbench.workbench, name="reviews"),
    path("reviews/<uuid:uid>/", desk.review, name="review"),
    path("reviews/<uuid:uid>/items/<uuid:item>/", judging.item, name="review_item"),
    path("reviews/<uuid:uid>/carried-over/", desk.carried_over, name="review_carried_over"),
    path("reviews/<uuid:uid>/sign-off/", desk.sign_off, name="review_sign_off"),
    path("reviews/<uuid:uid>/reconcile/", reconciling.reconcile, name="review_reconcile"),
    path("reviews/<uuid:uid>/skip/", desk.skip, name="review_skip"),
    path("reviews/<uuid:uid>/assign/", reviewers.assign, name="review_assign"),
    path(
        "reviews/<uuid:uid>/reviewers/<uuid:assignment>/recuse/",
        reviewers.recuse,
        name="review_recuse",
    ),
    path("evidence/<uuid:uid>/view/", evidence_view.view, name="evidence_view"),
    path("reviews/<uuid:uid>/talk/", conversations.talk, name="review_talk"),
    path("reviews/<uuid:uid>/items/<uuid:item>/talk/", conversations.talk, name="review_item_talk"),
    path("reviews/<uuid:uid>/people/", conversations.people, name="review_people"),
    path("threads/<uuid:uid>/", conversations.thread, name="thread"),
    path("threads/<uuid:uid>/resolve/", conversations.resolve, name="thread_resolve"),
    path("threads/<uuid:uid>/reopen/", conversations.reopen, name="thread_reopen"),
    path("reviews/<uuid:uid>/ask/", questions.ask, name="review_ask"),
    path(
        "reviews/<uuid:uid>/questions/<uuid:question>/withdraw/",
        questions.withdraw,
        name="review_withdraw_question",
    ),
    path("use-cases/<str:reference>/questions/", questions.questions, name="use_case_questions"),
    path(
        "use-cases/<str:reference>/questions/<uuid:uid>/",
        questions.answer,
        name="use_case_answer",
    ),
]
