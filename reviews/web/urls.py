"""Every page, by part of the product."""

from reviews.web.routes import (
    access,
    answers,
    api_tokens,
    board,
    boards,
    calendar,
    deciding,
    exports,
    gate,
    home,
    intake,
    lists,
    outbox,
    precedents,
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
    *precedents.urlpatterns,
    *teams.urlpatterns,
    *lists.urlpatterns,
    *answers.urlpatterns,
    *calendar.urlpatterns,
    *exports.urlpatterns,
    *api_tokens.urlpatterns,
]
