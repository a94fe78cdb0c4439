"""Every page, by part of the product."""

from reviews.web.routes import (
    access,
    answers,
    board,
    boards,
    calendar,
    deciding,
    gate,
    home,
    intake,
    outbox,
    reviewing,
    sunset,
    teams,
    use_cases,
)

app_name = "reviews"

urlpatterns = [
    *home.urlpatterns,
    *gate.urlpatterns,
    *intake.urlpatterns,
    *use_cases.urlpatterns,
    *reviewing.urlpatterns,
    *deciding.urlpatterns,
    *access.urlpatterns,
    *sunset.urlpatterns,
    *board.urlpatterns,
    *boards.urlpatterns,
    *outbox.urlpatterns,
    *teams.urlpatterns,
    *answers.urlpatterns,
    *calendar.urlpatterns,
]
