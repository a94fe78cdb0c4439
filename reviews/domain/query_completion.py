"""What the word that somebody is typing into the search box may become."""

from dataclasses import dataclass

from reviews.domain.query_words import PAIR, Choice, Key, Kind, Vocabulary, bare, plain, quoted

_SPANS = (7, 14, 30, 90)
"""Days that are offered."""


@dataclass(frozen=True, slots=True)
class Completion:
    """A word that may come next; ``label`` says what it does."""

    word: str
    label: str


def complete(typed: str, known: Vocabulary, *, most: int = 12) -> list[Completion]:
    """What the word that is being typed (the last one) may become: keys first, then values."""
    mark = "-" if typed.startswith("-") else ""
    rest = typed.removeprefix("-")
    pair = PAIR.fullmatch(rest)
    key = known.named(pair["key"].casefold(), pair["sign"]) if pair else None
    if pair is None:
        start = rest.casefold()
        found = [_key_completion(one, mark) for one in known.keys if one.word.startswith(start)]
    elif key is None:
        found = []
    elif key.kind is Kind.DAYS:
        found = [Completion(f"{key.word}{key.sign}{days}d", key.label) for days in _SPANS]
    else:
        found = _value_completions(key, mark, pair["value"])
    return list(dict.fromkeys(found))[:most]


def _key_completion(key: Key, mark: str) -> Completion:
    if key.kind is Kind.FLAG:
        return Completion(f"{mark}{key.word}", key.label)
    return Completion(f"{mark}{key.word}{key.sign}", key.label)


def _value_completions(key: Key, mark: str, value: str) -> list[Completion]:
    *before, last = value.split(",") if key.is_many else [value]
    start = plain(bare(last))
    kept = "".join(f"{part}," for part in before)
    return [
        Completion(f"{mark}{key.word}:{kept}{quoted(choice.word)}", choice.label)
        for choice in key.choices
        if _begins_with(choice, start)
    ]


def _begins_with(choice: Choice, start: str) -> bool:
    """Some word of it does."""
    return any(f" {start}" in f" {plain(text)}" for text in (choice.word, choice.label))
