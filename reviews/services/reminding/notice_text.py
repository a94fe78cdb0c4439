"""The text of a notice to one person."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

from reviews.models import User
from reviews.services.reminding import wording


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str


def written(person: User, *, subject: str, words: str, path: str) -> Written:
    """``subject``: one line; ``words``: a sentence or two; ``path``: where in the portal."""
    subject = wording.one_line(subject, longest=300)
    context = {
        "name": wording.one_line(str(person)),
        "subject": subject,
        "words": words,
        "url": settings.PORTAL_URL + path,
    }
    text = render_to_string("reviews/mail/notice.txt", context)
    return Written(subject, text, render_to_string("reviews/mail/notice.html", context))
