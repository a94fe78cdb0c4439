"""Who is who when the same inventory comes again."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence


def digest_of(cells: Iterable[str]) -> str:
    """SHA-256 over texts in order; no two different sequences share an input."""
    state = hashlib.sha256()
    for cell in cells:
        data = cell.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()


def key_of(identity: Sequence[str], occurrence: int) -> str:
    """The key of the ``occurrence``-th row (from 1) with this identity."""
    return digest_of([*identity, str(occurrence)])


def assign_keys(rows: Sequence[tuple[Sequence[str], str]], known: Mapping[str, str]) -> list[str]:
    """One key for each ``(identity, digest)``, given the digests of the ``known`` keys.

    Rows that share an identity are told apart by an occurrence number. A row that came before,
    unchanged, gets its old key back even if rows were moved; the rest take what is free, in
    the order of the file. So nothing needs to be unique, and nothing changes without a change.
    """
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, (identity, _digest) in enumerate(rows):
        places[tuple(identity)].append(place)
    keys = [""] * len(rows)
    for identity, same in places.items():
        free = _keys_for(identity, len(same), known)
        waiting = []
        for place in same:
            again = next((key for key in free if known.get(key) == rows[place][1]), None)
            if again is None:
                waiting.append(place)
            else:
                keys[place] = again
                free.remove(again)
        for place, key in zip(waiting, free, strict=False):
            keys[place] = key
    return keys


def _keys_for(identity: Sequence[str], count: int, known: Mapping[str, str]) -> list[str]:
    """At least ``count`` keys, and every known one of this identity."""
    keys: list[str] = []
    while len(keys) < count or key_of(identity, len(keys) + 1) in known:
        keys.append(key_of(identity, len(keys) + 1))
    return keys
