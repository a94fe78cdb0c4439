"""What can go wrong before anything runs; the message is one line for people."""


class EmbeddedError(Exception):
    """The embedded services cannot be used; says why and what to do."""
