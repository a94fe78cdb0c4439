"""What can wait for somebody. Pure."""

from enum import StrEnum


class Turn(StrEnum):
    """One kind of thing that waits for a person, as “waiting on me” lists it."""

    ANSWER = "answer"
    REVIEW = "review"
    RECONCILE = "reconcile"
    ASSIGN = "assign"
    ADVISE = "advise"
    CLOSE_REFERRAL = "close_referral"
    DECIDE = "decide"
    DECIDE_APPEAL = "decide_appeal"
    COUNTERSIGN = "countersign"
    KEEP = "keep"
    VERIFY = "verify"
    VET = "vet"
    GRANT_EXCEPTION = "grant_exception"
    COUNTERSIGN_EXCEPTION = "countersign_exception"
    GRANT_EXTENSION = "grant_extension"
    MEND_CONTACT = "mend_contact"
