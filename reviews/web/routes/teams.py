"""Teams and their members."""

from django.urls import path

from reviews.web.views import teams

urlpatterns = [
    path("teams/", teams.teams, name="teams"),
    path("teams/<uuid:uid>/", teams.team, name="team"),
    path("teams/<uuid:uid>/remove/", teams.remove_member, name="team_remove_member"),
]
