"""Who is mentioned in a text: ``@name``, at the start of a word. Pure."""

import re

_MENTION = re.compile(r"(?<![\w.@+-])@([\w.+-]+)")


def mentioned(text: str) -> tuple[str, ...]:
    """The names after the sign, as typed, each once, in reading order; never part of an address.

    A full stop, dash or plus at the end belongs to the sentence.
    """
    names = (found.rstrip(".+-") for found in _MENTION.findall(text))
    return tuple(dict.fromkeys(name for name in names if name))
