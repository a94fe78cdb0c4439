"""What a rule says when it says no. Every message is shown to people."""

from reviews.domain.texts import translate


class DomainError(Exception):
    """A rule said no. ``message`` tells what happened and what to do next.

    This floor writes English with ``%(name)s`` for what differs and gives that by keyword;
    floors above may give a sentence that is translated and filled in already.
    """

    code = "not_allowed"

    def __init__(self, message: str, **parameters: object) -> None:
        super().__init__(message % parameters if parameters else message)
        self.template = message
        self.parameters = parameters

    @property
    def message(self) -> str:
        words = translate(self.template)
        return words % self.parameters if self.parameters else words


class NotPermitted(DomainError):
    """The person may not do this, whatever the state."""

    code = "not_permitted"


class TransitionNotAllowed(DomainError):
    """The table of states has no such arrow from here."""

    code = "transition_not_allowed"


class StateConflict(DomainError):
    """Somebody was first, or what the person saw is no longer how it is."""

    code = "state_conflict"


class StaleVersion(StateConflict):
    """The text was saved elsewhere since this page was opened; both texts are kept.

    ``theirs`` is what is stored, ``yours`` what was typed, ``version`` the stored version.
    """

    code = "stale_version"

    def __init__(
        self, message: str, *, theirs: dict, yours: dict, version: int, **parameters: object
    ) -> None:
        super().__init__(message, **parameters)
        self.theirs = theirs
        self.yours = yours
        self.version = version


class Incomplete(DomainError):
    """Something required is missing; ``missing`` names the fields or items, in reading order."""

    code = "incomplete"

    def __init__(self, message: str, missing: tuple[str, ...] = (), **parameters: object) -> None:
        super().__init__(message, **parameters)
        self.missing = missing


class BadInput(DomainError):
    """What was given cannot be read or stored; the message names the field or the row."""

    code = "bad_input"


class BadDataFile(DomainError):
    """A data file of ours is wrong; the message names file, entry and field."""

    code = "bad_data_file"
