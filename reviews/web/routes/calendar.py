"""A person's digest and calendar feeds, and the feeds themselves."""

from django.urls import path

from reviews.web.views import calendar

urlpatterns = [
    path("calendar/", calendar.settings_page, name="calendar_feeds"),
    path("calendar/digest/", calendar.digest, name="digest"),
    path("calendar/feeds/", calendar.new_feed, name="calendar_feed_new"),
    path("calendar/feeds/<uuid:uid>/revoke/", calendar.revoke, name="calendar_feed_revoke"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar_feed"),
]
