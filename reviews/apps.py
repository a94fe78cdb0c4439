"""The app. ``ready()`` gives the floor of rules its way into the reader's language, no more."""

from django.apps import AppConfig
from django.utils.translation import gettext

from reviews.domain.texts import Speech


class ReviewsConfig(AppConfig):
    name = "reviews"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "RAI Portal"

    def ready(self) -> None:
        Speech.translate = staticmethod(gettext)
