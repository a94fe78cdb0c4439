"""Pages of signed links: they answer without a sign-in."""

from django.urls import path

from reviews.web.views import answers

urlpatterns = [
    path("answer/<str:token>/", answers.answer, name="answer"),
    path("answer/<str:token>/recorded/", answers.recorded, name="answer_recorded"),
    path("answer/<str:token>/<slug:step>/", answers.step, name="answer_step"),
    path("unsubscribe/<str:token>/", answers.unsubscribe, name="unsubscribe"),
]
