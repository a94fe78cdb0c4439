"""The sunset board, what is still to come, the replayed year, and the demo's clock."""

from django.urls import path

from reviews.web.views import board, demo_clock, rehearsals

urlpatterns = [
    path("sunset/board/", board.board, name="sunset_board"),
    path("sunset/board/missing/", board.missing, name="sunset_missing"),
    path("sunset/plan/", rehearsals.plan, name="sunset_plan"),
    path("sunset/replay/", rehearsals.replay, name="sunset_replay"),
    path("demo/clock/", demo_clock.advance, name="demo_clock"),
]
