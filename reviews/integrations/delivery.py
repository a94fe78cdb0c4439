"""How a delivery can fail: by whose fault, and for how long."""


class DeliveryError(Exception):
    """It was not delivered, as far as we know. ``reason`` is one line for people."""

    def __init__(self, reason: str) -> None:
        self.reason = " ".join(reason.split())[:500]
        super().__init__(self.reason)


class Unreachable(DeliveryError):
    """The channel's server cannot be used at all: no mail is at fault, no attempt is spent."""


class Deferred(DeliveryError):
    """Not now; the same mail may be taken later."""


class Refused(DeliveryError):
    """Not this mail, ever. ``bounced``: it is the recipient's address that does not work."""

    def __init__(self, reason: str, *, bounced: bool = False) -> None:
        super().__init__(reason)
        self.bounced = bounced
