"""A yes or a no that knows why."""

from dataclasses import dataclass

from reviews.domain.errors import DomainError, NotPermitted


@dataclass(frozen=True, slots=True)
class Ruling:
    """Yes or no, with the reason and the error it becomes. Falsy when refused."""

    allowed: bool
    reason: str = ""
    error: type[DomainError] = NotPermitted

    def __bool__(self) -> bool:
        return self.allowed


YES = Ruling(True)


def no(reason: str, error: type[DomainError] = NotPermitted) -> Ruling:
    return Ruling(False, reason, error)


def require(ruling: Ruling) -> None:
    """Raise the ruling's error where it says no."""
    if not ruling:
        raise ruling.error(ruling.reason)
