"""The start page."""

from django.urls import path

from reviews.web.views import home

urlpatterns = [path("", home.home, name="home")]
