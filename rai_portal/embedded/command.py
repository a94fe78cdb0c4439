"""What manage.py does before Django: services up, and a brand-new database filled."""

import contextlib
import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured

from rai_portal.embedded.attach import attach, needed, var_folder
from rai_portal.embedded.errors import EmbeddedError
from rai_portal.launcher import prepare

# These look at code, or make the tables themselves.
WORK_ON_NOTHING = {
    "check",
    "collectstatic",
    "compilemessages",
    "createcachetable",
    "dbshell",
    "diffsettings",
    "makemessages",
    "makemigrations",
    "migrate",
    "showmigrations",
    "sqlmigrate",
    "startapp",
}


def serve(command: str) -> None:
    """Keeps the services up until this process ends. In a fresh checkout the tables, roles and
    catalogue are made first, so that the command finds what it works on."""
    if command == "runserver":
        os.environ.setdefault("STATIC_MANIFEST", "0")  # nobody ran collectstatic
    if not needed():
        return
    try:
        attach(var_folder()).export()
    except EmbeddedError as error:
        sys.exit(f"manage.py {command}: {error}")
    if command in WORK_ON_NOTHING:
        return
    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py {command}: {error}")
    if prepare.is_new_database():
        with contextlib.redirect_stdout(sys.stderr):  # a command's --json owns stdout
            prepare.prepare_database()
