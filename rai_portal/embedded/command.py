"""What manage.py does before Django: services up, and a brand-new database filled."""

import sys

from rai_portal.embedded.attach import attach, needed, var_folder
from rai_portal.embedded.errors import EmbeddedError


def serve(command: str) -> None:
    """Attaches this process to the services until it ends."""
    if not needed():
        return
    try:
        attach(var_folder()).export()
    except EmbeddedError as error:
        sys.exit(f"manage.py {command}: {error}")
