"""The embedded services: shared, started again, and gone with their last user."""

import shutil
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from rai_portal.embedded.attach import attach
from rai_portal.embedded.errors import EmbeddedError
from tests.platform.processes import belonging_to, kill, pid_of, python, start, until

HOLD = """
import sys, time
from pathlib import Path
from rai_portal.embedded.attach import attach
attach(Path(sys.argv[1]), ephemeral=True)
print("attached", flush=True)
time.sleep(60)
"""


@pytest.fixture
def var():
    """A state folder that the services' account can enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="rai-state-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def answers(urls: dict[str, str]) -> bool:
    try:
        with psycopg.connect(urls["DATABASE_URL"], connect_timeout=2) as connection:
            connection.execute("SELECT 1")
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            return bool(client.ping())
    except (psycopg.OperationalError, redis.RedisError):
        return False


def test_two_users_share_one_pair_of_services_and_the_last_one_ends_it(var):
    first = attach(var)
    second = attach(var)
    assert first.urls == second.urls
    assert not first.close(wait=0.5)
    assert answers(second.urls)
    assert second.close(wait=10)
    assert not answers(second.urls)
    assert belonging_to(var) == {}


def test_data_is_still_there_at_the_next_start(var):
    first = attach(var)
    with psycopg.connect(first.urls["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'kept' AS word")
    first.close(wait=10)

    second = attach(var)
    with psycopg.connect(second.urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT word FROM note").fetchone() == ("kept",)
    second.close(wait=10)


def test_a_killed_user_leaves_neither_process_nor_folder(var):
    user = start(sys.executable, "-c", HOLD, str(var))
    assert user.stdout.readline() == "attached\n"
    user.kill()
    user.communicate()
    assert until(lambda: not belonging_to(var), 10), belonging_to(var)
    assert until(lambda: not var.exists(), 5)


def test_services_that_die_come_back_at_the_same_address(var):
    user = attach(var, ephemeral=True)
    kill(pid_of(var, "valkey-server"))
    kill(pid_of(var, r"bin/postgres "))
    assert until(lambda: not answers(user.urls), 5)
    assert until(lambda: answers(user.urls), 15)
    user.close(wait=10)


def test_services_die_with_a_killed_keeper(var):
    user = attach(var, ephemeral=True)
    kill(pid_of(var, "embedded.keeper"))
    assert until(lambda: not belonging_to(var), 10), belonging_to(var)
    user.close()


def test_a_deep_state_folder_gets_short_socket_paths(var):
    deep = var / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    user = attach(deep, ephemeral=True)
    assert answers(user.urls)
    assert user.close(wait=10)


def test_a_state_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"cannot write to .*set VAR_DIR"):
        attach(tmp_path / "file" / "var")


def test_help_starts_nothing(var):
    done = python("manage.py", "migrate", "--help", VAR_DIR=str(var))
    assert done.returncode == 0
    assert not (var / "run").exists()
