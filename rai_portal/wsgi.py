"""The web server's entry point."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
# Pages give up on a stuck lock or query (seconds); commands and tasks may take their time.
os.environ.setdefault("DB_LOCK_TIMEOUT", "3")
os.environ.setdefault("DB_STATEMENT_TIMEOUT", "15")

from django.core.wsgi import get_wsgi_application

from rai_portal import celery as celery

application = get_wsgi_application()
