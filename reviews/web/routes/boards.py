"""The boards, the rows behind them, and the people who review."""

from django.urls import path

from reviews.web.views import boards, reviewer_people

urlpatterns = [
    path("reviews/board/", boards.lead_board, name="lead_board"),
    path("reviews/board/rows/<slug:kind>/", boards.rows, name="board_rows"),
    path("teams/<uuid:uid>/board/", boards.team_board, name="team_board"),
    path("reviews/people/", reviewer_people.people, name="reviewer_people"),
    path("reviews/people/<uuid:uid>/", reviewer_people.person, name="reviewer_person"),
    path(
        "reviews/people/<uuid:uid>/absences/<uuid:absence>/end/",
        reviewer_people.end_absence,
        name="absence_end",
    ),
    path(
        "reviews/people/<uuid:uid>/conflicts/<uuid:conflict>/end/",
        reviewer_people.end_conflict,
        name="conflict_end",
    ),
]
