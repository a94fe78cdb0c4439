"""Brings the database and the static files up to what this version needs. Safe to repeat."""

import os
import sys

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from rai_portal.embedded.attach import make_run_folder
from rai_portal.embedded.locks import Lock


def main() -> None:
    """Everything that the web server needs: tables, data, on the first run the demo, files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    try:
        django.setup()
        _prepare()
    except (CommandError, ImproperlyConfigured, OperationalError) as error:
        sys.exit(f"portal: {' '.join(str(error).split())}")


def _prepare() -> None:
    prepare_database()
    if settings.DEMO and not get_user_model().objects.exists():
        call_command("load_demo")
    if settings.STATIC_MANIFEST:
        call_command("collectstatic", interactive=False, verbosity=0)


def prepare_database() -> None:
    """Tables, roles and catalogue; one caller at a time."""
    lock = Lock(make_run_folder(settings.VAR_DIR) / "prepare.lock")
    lock.hold()
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("sync_roles")
        call_command("sync_catalogue")
    finally:
        lock.close()


def is_new_database() -> bool:
    """Whether nothing was ever migrated into it."""
    return "django_migrations" not in connection.introspection.table_names()


if __name__ == "__main__":
    main()
