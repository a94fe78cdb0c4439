"""Every page, by part of the product."""

from reviews.web.routes import (
    access,
    deciding,
    gate,
    home,
    intake,
    reviewing,
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
    *teams.urlpatterns,
]
