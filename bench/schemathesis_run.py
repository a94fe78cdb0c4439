"""``python -m bench.schemathesis_run URL ROLE=TOKEN ... [--seconds 300]``: the API under fire.

Each role calls the portal that runs at URL with what the description of the API allows, and with
what it does not, for so many seconds, with a fixed seed and every check of schemathesis. A role
without a token (``anonymous=``) calls without one. Start that portal with
``API_PER_MINUTE=100000``, on data that may be changed. Exit code 0: nothing found; 1: a server
error or an answer that the description does not allow. Example:

    python -m bench.schemathesis_run http://127.0.0.1:8000 lead=rai_... anonymous= --seconds 60
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SEED = "20230630"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("roles", nargs="+", metavar="ROLE=TOKEN")
    parser.add_argument("--seconds", type=int, default=300)
    given = parser.parse_args()
    found = 0
    for one in given.roles:
        role, _, token = one.partition("=")
        sys.stdout.write(f"== {role}: {given.seconds} s\n")
        sys.stdout.flush()
        found |= _fire(given.url, token, given.seconds)
    return found


def _fire(url: str, token: str, seconds: int) -> int:
    tool = Path(sys.executable).with_name("schemathesis")
    command = [str(tool), "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{url}/api/v1/schema/", "--url", url, "--seed", SEED, "--max-time", str(seconds)]
    command += ["--checks", "all", "--continue-on-failure", "--no-color", "--warnings", "off"]
    command += ["--generation-database", "none"]
    if token:
        command += ["--header", f"Authorization:Bearer {token}"]
    return int(subprocess.run(command).returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
