"""The outbox for the office, and everybody's inbox."""

from django.urls import path

from reviews.web.views import inbox, outbox

urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/holds/<uuid:uid>/", outbox.hold, name="hold"),
    path("outbox/<uuid:uid>/", outbox.mail, name="mail"),
    path("outbox/<uuid:uid>/html/", outbox.mail_html, name="mail_html"),
    path("outbox/<uuid:uid>/<slug:name>/", outbox.mail_step, name="mail_step"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read_all"),
    path("inbox/<uuid:uid>/", inbox.message, name="inbox_mail"),
]
