#!/usr/bin/env python3
"""Django's command line. Without DATABASE_URL and REDIS_URL a command joins the embedded services
that `make run` keeps up, or starts them for its own time."""

import os
import sys

NEED_NOTHING = {"help", "version", "--help", "-h", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rai_portal.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "manage.py: Django is not installed here. Run ./portal install once, then call "
            ".venv/bin/python manage.py"
        )
    from rai_portal.embedded.command import serve

    arguments = set(sys.argv[1:])
    if arguments and not arguments & NEED_NOTHING:
        serve(sys.argv[1])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
