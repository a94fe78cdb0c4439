"""Routes of the gate page."""

from django.urls import path

from reviews.web.views import may_i

urlpatterns = [path("may-i/", may_i.may_i, name="may_i")]
