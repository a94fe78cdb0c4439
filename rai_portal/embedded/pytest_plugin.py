"""Gives a test run its own PostgreSQL and Valkey, before Django's settings load.

A run that cannot have them fails; it never skips. With DATABASE_URL and REDIS_URL set it uses
those. The keeper removes the folder of a run that was killed, too.
"""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from rai_portal.embedded.attach import Attachment, attach, needed
from rai_portal.embedded.errors import EmbeddedError

_attached: list[Attachment] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    # A test's files never land beside the real ones.
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="rai-test-")
    os.environ.setdefault("STATIC_MANIFEST", "0")
    os.environ.setdefault("DEMO", "1")
    if needed():
        var = Path(os.environ["VAR_DIR"])
        var.chmod(0o711)
        try:
            attachment = attach(var, ephemeral=True)
        except EmbeddedError as error:
            raise pytest.UsageError(f"the tests need PostgreSQL and Valkey: {error}") from error
        attachment.export()
        _attached.append(attachment)
    return (yield)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Deselected browser tests are not even imported: Playwright alone takes seconds."""
    return True if collection_path.name == "e2e" and config.option.markexpr == "not e2e" else None


def pytest_unconfigure() -> None:
    while _attached:
        _attached.pop().close(wait=10)
