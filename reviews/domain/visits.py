"""When somebody who looks at a case again sits down anew. Pure."""

from datetime import datetime, timedelta

SITTING = timedelta(hours=1)
"""Who comes back within this time goes on reading what was new; later looks start afresh."""


def sits_down_anew(*, seen_at: datetime, at: datetime) -> bool:
    """Whether a look at ``at`` begins a new sitting, the last look having been at ``seen_at``."""
    return at - seen_at >= SITTING
