"""Freezing answers: personal texts apart, one canonical form, one digest."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviews.domain.intake.form import pages
from reviews.domain.intake.questions import Answers
from reviews.domain.intake.rules import CATALOGUE


@dataclass(frozen=True, slots=True)
class PersonalText:
    """An answer that names people, with the salt under which the snapshot knows it."""

    page: str
    field: str
    salt: str
    text: str


def applying(answers: Answers) -> dict[str, dict[str, object]]:
    """Answers to the questions that apply; others stay in the draft and go nowhere else."""
    kept: dict[str, dict[str, object]] = {}
    for page in pages(answers):
        given = answers.get(page.key, {})
        kept[page.key] = {
            question.id: given[question.id] for question in page.questions if given.get(question.id)
        }
    kept[CATALOGUE] = dict(answers.get(CATALOGUE, {}))
    return kept


def freeze(
    answers: Answers, *, new_salt: Callable[[], str]
) -> tuple[dict[str, dict[str, object]], list[PersonalText]]:
    """Answers to the questions that apply, personal ones as salted hashes, and their texts."""
    frozen = applying(answers)
    people = []
    for page in pages(answers):
        for question in page.questions:
            value = frozen[page.key].get(question.id)
            if question.personal and value:
                person = PersonalText(page.key, question.id, new_salt(), str(value))
                people.append(person)
                frozen[page.key][question.id] = salted(person.text, person.salt)
    return frozen, people


_HASH = "sha256:"


def salted(text: str, salt: str) -> str:
    """``sha256:`` and the hex digest of salt and text."""
    return _HASH + hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def is_hash(value: object) -> bool:
    """Whether a frozen value stands for a personal text."""
    return isinstance(value, str) and value.startswith(_HASH) and len(value) == 64 + len(_HASH)


def canonical(value: object) -> str:
    """One spelling for equal data: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(parts: Mapping[str, object]) -> str:
    """SHA-256 (hex) over the canonical form."""
    return hashlib.sha256(canonical(parts).encode()).hexdigest()
