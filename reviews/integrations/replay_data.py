"""How invented customers react, and the usual course of a way out, from ``reviews/data/replay``."""

from functools import cache
from pathlib import Path
from typing import Any

from reviews.domain.course import Course
from reviews.domain.customers import Manner
from reviews.domain.enums import DeploymentStatus
from reviews.domain.errors import BadDataFile
from reviews.integrations.data_files import DATA, read

_REACTIONS = (
    DeploymentStatus.ACKNOWLEDGED,
    DeploymentStatus.PLAN_FILED,
    DeploymentStatus.DISCONTINUED,
)


@cache
def manner() -> Manner:
    """Raises ``BadDataFile`` for a file that lacks a figure."""
    said = _file("customers")
    try:
        return Manner(
            year_willing=said["year"]["willing"],
            year_late=said["year"]["late"],
            customer_willing=said["customer"]["willing"],
            own_way=said["own_way"]["share"],
            answer_days=said["answer"]["days"],
            plan_after_word=said["acknowledged"]["plan_share"],
            word_days=said["acknowledged"]["days"],
            plan_shares=said["plan"]["shares"],
            plan_slips=said["plan"]["slips"],
            afterwards=said["afterwards"]["weekly"],
            steps={
                step["code"]: {now: step[now.value] for now in _REACTIONS} for step in said["step"]
            },
        )
    except KeyError as error:
        raise BadDataFile(f"replay/customers.toml: {error} is not there.") from error


@cache
def course() -> Course:
    """Raises ``BadDataFile`` for a file that lacks a figure."""
    said = _file("course")
    try:
        return Course(
            said["first_week"], tuple(said["weekly"]), before=said["before"], after=said["after"]
        )
    except KeyError as error:
        raise BadDataFile(f"replay/course.toml: {error} is not there.") from error


def _file(name: str) -> dict[str, Any]:
    path = Path("replay", f"{name}.toml")
    return read(DATA / path, name=path)
