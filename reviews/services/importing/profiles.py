"""Find and read mapping profiles: our own by name, another organisation's by path."""

import hashlib
import tomllib
from pathlib import Path

from django.utils.translation import gettext

from reviews.domain.errors import BadDataFile, BadInput
from reviews.domain.importing.profile_reading import read_profile
from reviews.domain.importing.profiles import AnswerRule, Profile
from reviews.domain.intake.form import blank
from reviews.domain.intake.questions import Kind

DATA = Path(__file__).resolve().parents[2] / "data"
PROFILES = DATA / "profiles"
DETECTION = DATA / "detection"


def known_profiles() -> list[str]:
    """Names of the profiles that come with the portal."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def load_profile(name_or_path: str | Path) -> Profile:
    """The checked profile. Raises ``BadInput`` if there is none, ``BadDataFile`` if it is wrong."""
    path = _locate(str(name_or_path))
    raw, data = _read(path)
    shared_path, shared_raw, shared = None, b"", None
    detection = data.get("detection")
    name = detection.get("rules_from") if isinstance(detection, dict) else None
    if isinstance(name, str) and name:
        shared_path = _locate_rules(name, beside=path)
        shared_raw, shared = _read(shared_path)
    profile = read_profile(
        data,
        source=path.name,
        digest=hashlib.sha256(raw + b"\x00" + shared_raw).hexdigest(),
        shared_detection=shared,
        shared_source=shared_path.name if shared_path else "",
    )
    for number, rule in enumerate(profile.answers, start=1):
        _check_answer(rule, f"{path.name}, answers[{number}]")
    return profile


SCENARIO = "scenario"
"""Page of the one scenario that an imported case starts with; its key gets a number later."""


def _check_answer(rule: AnswerRule, where: str) -> None:
    """The form must have the field, and the words must be ones that it knows."""
    page = blank(f"{SCENARIO}:1" if rule.page == SCENARIO else rule.page)
    if page is None:
        raise BadDataFile(f"{where}.page: the form has no page “{rule.page}”.")
    question = page.question(rule.field)
    if question is None:
        fields = ", ".join(one.id for one in page.questions)
        raise BadDataFile(f"{where}.field: the page has no “{rule.field}”; it has {fields}.")
    if question.kind.is_typed:
        return
    known = {option.value for option in question.choices}
    if question.kind in {Kind.CAPABILITIES, Kind.CUSTOMER} or not known:
        raise BadDataFile(f"{where}.field: “{rule.field}” cannot be filled by an answer rule.")
    words = (
        {rule.constant}
        if rule.values is None
        else {*rule.values.values.values(), rule.values.other}
    )
    if rule.columns or not words <= {*known, ""}:
        raise BadDataFile(
            f"{where}: “{rule.field}” takes one of {', '.join(sorted(known))};"
            " list the file's answers under “values”."
        )


def _locate(name: str) -> Path:
    path = Path(name)
    if path.suffix == ".toml" or path.name != name:
        if path.is_file():
            return path
        raise BadInput(gettext("There is no profile file “%(name)s”.") % {"name": name})
    path = PROFILES / f"{name}.toml"
    if path.is_file():
        return path
    raise BadInput(
        gettext(
            "There is no profile “%(name)s”. Known: %(known_profiles)s; or give the path of"
            " a .toml file."
        )
        % {"name": name, "known_profiles": ", ".join(known_profiles())}
    )


def _locate_rules(name: str, *, beside: Path) -> Path:
    own = beside.parent / name
    path = own if name.endswith(".toml") else DETECTION / f"{name}.toml"
    if path.is_file():
        return path
    known = ", ".join(sorted(found.stem for found in DETECTION.glob("*.toml")))
    raise BadDataFile(
        f"{beside.name}, detection.rules_from: there are no rules “{name}”. Known: {known};"
        " or name a .toml file that lies beside the profile."
    )


def _read(path: Path) -> tuple[bytes, dict[str, object]]:
    raw = path.read_bytes()
    try:
        return raw, tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataFile(f"{path.name}: this is no valid TOML in UTF-8 ({error}).") from None
