"""The project as an app: the Celery app of every process, and the checks of the settings."""

from django.apps import AppConfig
from django.core.checks import register

from rai_portal import checks
from rai_portal.celery import app as celery_app

__all__ = ["RaiPortalConfig", "celery_app"]


class RaiPortalConfig(AppConfig):
    name = "rai_portal"
    verbose_name = "RAI Portal (project)"

    def ready(self) -> None:
        register(checks.mail_settings, "mail")
        register(checks.celery_settings, "celery")
