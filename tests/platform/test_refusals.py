"""What cannot work says so in one clear line and ends with 1."""

import os
import shutil
import signal
import socket
import sys

import pytest

from rai_portal.embedded.attach import PROJECT
from tests.platform.processes import python, run, start, until


@pytest.fixture
def checkout(tmp_path):
    """A copy as it comes from version control, without a virtual environment."""
    copy = tmp_path / "checkout"
    shutil.copytree(PROJECT / "rai_portal", copy / "rai_portal")
    for name in ("portal", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(PROJECT / name, copy / name)
    return copy


def test_a_port_in_use(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("./portal", "run", PORT=str(port), VAR_DIR=str(tmp_path / "var"))
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == f"portal: port {port} is in use: take another, for example PORT={port + 1}\n"
    )


@pytest.mark.parametrize("port", ["0", "70000", "http", "-1", "8000.5"])
def test_a_port_that_is_none(port, tmp_path):
    done = run("./portal", "run", PORT=port, VAR_DIR=str(tmp_path / "var"))
    assert (done.returncode, done.stderr) == (
        1,
        f"portal: PORT={port!r}: write a number from 1 to 65535\n",
    )


@pytest.mark.parametrize("command", [("./portal", "run"), (sys.executable, "manage.py", "check")])
def test_a_state_folder_that_cannot_be_written(command, tmp_path):
    (tmp_path / "file").touch()
    done = run(*command, VAR_DIR=str(tmp_path / "file" / "var"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot write to" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_checkout_that_cannot_be_written(checkout, tmp_path):
    (checkout / ".venv").touch()  # for root, who may write anywhere else
    done = run(sys.executable, "portal", "test", cwd=checkout)
    assert done.returncode == 1
    assert done.stderr == (
        f"portal: cannot write to {checkout / '.venv'} (File exists): make the checkout writable\n"
    )


def test_a_python_without_its_venv_module(checkout, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None\n")
    (tmp_path / "bin").mkdir()
    done = run(
        sys.executable, "portal", "test", cwd=checkout, PATH=os.defpath, PYTHONPATH=str(tmp_path)
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "portal: this Python has no venv module: install it (on Debian: python3-venv), run again\n"
    )


def test_ctrl_c_while_it_installs(checkout, tmp_path):
    """A word, no traceback. The package tool here is one that takes its time."""
    tool = tmp_path / "bin" / "uv"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\ntouch {tmp_path / 'begun'}\nexec sleep 60\n")
    tool.chmod(0o755)
    path = f"{tool.parent}{os.pathsep}{os.defpath}"
    portal = start(sys.executable, "portal", "install", cwd=checkout, PATH=path)
    assert until((tmp_path / "begun").exists, 30)
    os.killpg(portal.pid, signal.SIGINT)
    said, _ = portal.communicate(timeout=30)
    assert (portal.returncode, said.splitlines()[-1]) == (130, "Stopped.")
    assert "Traceback" not in said


def test_a_verb_that_is_none():
    done = run("./portal", "dance")
    assert (done.returncode, done.stderr) == (
        1,
        "portal: there is no verb 'dance'; ./portal help names them\n",
    )


SETTINGS = [
    ({"DEBUG": "yes"}, "DEBUG='yes': write 0 or 1."),
    ({"RAI_TIME_ZONE": "Mars/Olympus"}, "write a time zone such as"),
    ({"SCENARIO_DATE": "1.6.2023"}, "write a day as YYYY-MM-DD"),
    ({"DB_LOCK_TIMEOUT": "3s"}, "write a whole number"),
    ({"ALLOWED_HOSTS": "rai.example.org", "DEMO": "0"}, "Set SECRET_KEY"),
    ({"ALLOWED_HOSTS": "rai.example.org", "DEMO": "1", "SECRET_KEY": "k" * 50}, "Set DEMO=0"),
    ({"DEMO_PASSWORD": "short"}, "12 characters or more"),
    ({"DATABASE_URL": "mysql://x/y"}, "only postgresql:// is supported"),
    ({"DATABASE_URL": "postgresql://x@y"}, "names no database"),
    ({"REDIS_URL": "amqp://x"}, "write redis://, rediss:// or unix://"),
    ({"EMAIL_URL": "pigeon://x"}, "write smtp, smtp+tls, smtps, console or file"),
]


@pytest.mark.parametrize(("changes", "words"), SETTINGS, ids=lambda value: str(value)[:40])
def test_a_setting_that_cannot_hold(changes, words, tmp_path):
    done = python("-c", "import rai_portal.settings", VAR_DIR=str(tmp_path), **changes)
    assert done.returncode == 1
    assert words in done.stderr.splitlines()[-1]


def test_a_public_host_gets_the_strict_settings(tmp_path):
    code = (
        "from rai_portal import settings as s;"
        "print(s.DEMO, s.HTTPS, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.DEBUG)"
    )
    strict = {"ALLOWED_HOSTS": "rai.example.org", "SECRET_KEY": "k" * 50}
    done = python("-c", code, VAR_DIR=str(tmp_path), **strict)
    assert done.stdout == "False True True True False\n"
