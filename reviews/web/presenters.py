"""One sentence per kind of audit event, for timelines. ``data`` holds values, never prose."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reviews.domain.enums import AuditKind, Tone
from reviews.models import AuditEvent

SENTENCES: dict[AuditKind, tuple[str, Tone]] = {
    AuditKind.CATALOGUE_SYNCED: (_("The catalogue was brought up to date"), Tone.NEUTRAL),
    AuditKind.ROLES_SYNCED: (_("The roles were brought up to date"), Tone.NEUTRAL),
    AuditKind.DEMO_LOADED: (_("The demo was loaded"), Tone.NEUTRAL),
    AuditKind.CLOCK_ADVANCED: (_("The demo's clock was moved on"), Tone.NEUTRAL),
    AuditKind.TEAM_CREATED: (_("The team was created"), Tone.NEUTRAL),
    AuditKind.MEMBER_ADDED: (_("A member joined the team"), Tone.NEUTRAL),
    AuditKind.MEMBER_REMOVED: (_("A member left the team"), Tone.NEUTRAL),
    AuditKind.USE_CASE_CREATED: (_("The use case was begun"), Tone.NEUTRAL),
    AuditKind.DRAFT_SAVED: (_("The draft was saved"), Tone.NEUTRAL),
    AuditKind.SCENARIO_REMOVED: (_("A scenario was removed from the draft"), Tone.NEUTRAL),
    AuditKind.CO_AUTHOR_SET: (_("A co-author was added or given another right"), Tone.NEUTRAL),
    AuditKind.CO_AUTHOR_REMOVED: (_("A co-author was removed"), Tone.NEUTRAL),
    AuditKind.EVIDENCE_ADDED: (_("Evidence was added"), Tone.NEUTRAL),
    AuditKind.EVIDENCE_REMOVED: (_("Evidence was taken off the case"), Tone.NEUTRAL),
    AuditKind.USE_CASE_SUBMITTED: (_("Submitted for review"), Tone.INFO),
    AuditKind.USE_CASE_REFUSED: (_("Refused at the gate"), Tone.BAD),
    AuditKind.USE_CASE_RESUBMITTED: (_("Submitted again, with changes"), Tone.INFO),
    AuditKind.USE_CASE_WITHDRAWN: (_("Withdrawn by the team"), Tone.NEUTRAL),
    AuditKind.USE_CASE_REOPENED: (_("Opened again as a draft"), Tone.NEUTRAL),
    AuditKind.USE_CASES_IMPORTED: (_("Imported from an inventory"), Tone.NEUTRAL),
    AuditKind.REVIEWER_ASSIGNED: (_("A reviewer was assigned"), Tone.INFO),
    AuditKind.REVIEWER_RECUSED: (_("A reviewer stepped back"), Tone.CAUTION),
    AuditKind.VERDICT_SAVED: (_("A verdict was saved"), Tone.NEUTRAL),
    AuditKind.VERDICT_CHANGED: (_("A verdict was changed after sign-off"), Tone.CAUTION),
    AuditKind.QUESTION_ASKED: (_("The reviewers asked a question"), Tone.CAUTION),
    AuditKind.QUESTION_ANSWERED: (_("A question was answered"), Tone.INFO),
    AuditKind.REVIEW_SIGNED_OFF: (_("A reviewer signed off"), Tone.INFO),
    AuditKind.REVIEW_RETURNED: (_("Returned to the reviewers"), Tone.CAUTION),
    AuditKind.REREVIEW_OPENED: (_("The re-review was opened"), Tone.INFO),
    AuditKind.DECISION_RECORDED: (_("A lead decided"), Tone.WAITING),
    AuditKind.DECISION_COUNTERSIGNED: (_("A second lead countersigned"), Tone.GOOD),
    AuditKind.COUNTERSIGNATURE_REFUSED: (_("A second lead refused to countersign"), Tone.CAUTION),
    AuditKind.CASE_REFERRED: (_("Referred to the panel"), Tone.WAITING),
    AuditKind.ADVICE_GIVEN: (_("A panel member gave advice"), Tone.INFO),
    AuditKind.REFERRAL_CLOSED: (_("The panel's advice is in"), Tone.INFO),
    AuditKind.APPEAL_FILED: (_("The team appealed"), Tone.WAITING),
    AuditKind.CONDITION_PROOF_GIVEN: (_("Proof was given for a condition"), Tone.INFO),
    AuditKind.CONDITION_MET: (_("A condition was confirmed as met"), Tone.GOOD),
    AuditKind.CONDITION_REOPENED: (_("A condition was reopened"), Tone.CAUTION),
    AuditKind.CUSTOMER_REGISTERED: (_("The customer was registered"), Tone.NEUTRAL),
    AuditKind.CUSTOMER_VERIFIED: (
        _("It was verified whether the customer is managed"),
        Tone.INFO,
    ),
    AuditKind.DEPLOYMENT_REGISTERED: (_("A deployment was registered"), Tone.NEUTRAL),
    AuditKind.EXTENSION_ASKED: (_("An extension was asked for"), Tone.WAITING),
    AuditKind.EXTENSION_GRANTED: (_("An extension was granted"), Tone.GOOD),
    AuditKind.EXTENSION_REFUSED: (_("An extension was refused"), Tone.BAD),
    AuditKind.APPLICATION_FILED: (_("Limited Access was applied for"), Tone.WAITING),
    AuditKind.APPLICATION_DENIED: (_("The Limited Access application was denied"), Tone.BAD),
    AuditKind.APPLICATION_WITHDRAWN: (
        _("The Limited Access application was withdrawn"),
        Tone.NEUTRAL,
    ),
    AuditKind.GRANT_ISSUED: (_("Access was granted"), Tone.GOOD),
    AuditKind.GRANT_REVERIFIED: (_("Access was re-verified"), Tone.GOOD),
    AuditKind.GRANT_TRANSFERRED: (_("Access was transferred to another customer"), Tone.INFO),
    AuditKind.GRANT_REVOKED: (_("Access was revoked"), Tone.BAD),
    AuditKind.EXCEPTION_ASKED: (_("An exception was asked for"), Tone.WAITING),
    AuditKind.EXCEPTION_PROPOSED: (
        _("A lead granted the exception; a second must sign"),
        Tone.INFO,
    ),
    AuditKind.EXCEPTION_GRANTED: (_("The exception was granted"), Tone.GOOD),
    AuditKind.EXCEPTION_REFUSED: (_("The exception was refused"), Tone.BAD),
    AuditKind.EXCEPTION_REVOKED: (_("The exception was revoked"), Tone.BAD),
    AuditKind.CUSTOMER_OWNER_SET: (_("The customer's owner was set"), Tone.NEUTRAL),
    AuditKind.CONTACT_ADDED: (_("A contact was added"), Tone.NEUTRAL),
    AuditKind.CONTACT_CHANGED: (_("A contact was changed"), Tone.NEUTRAL),
    AuditKind.CONTACT_CONFIRMED: (_("A contact was confirmed"), Tone.GOOD),
    AuditKind.CONTACT_BOUNCED: (_("Mail to a contact bounced"), Tone.BAD),
    AuditKind.CONTACT_DEPARTED: (_("A contact left the customer"), Tone.CAUTION),
    AuditKind.DEPLOYMENT_MOVED: (_("The deployment's status changed"), Tone.INFO),
    AuditKind.DEPLOYMENT_CHANGED: (_("The deployment was changed"), Tone.NEUTRAL),
    AuditKind.DEPLOYMENT_ANSWERED: (_("The customer answered"), Tone.INFO),
    AuditKind.DEPLOYMENTS_IMPORTED: (_("Deployments were imported"), Tone.NEUTRAL),
    AuditKind.DEADLINE_SET: (_("A deadline was set or moved"), Tone.CAUTION),
    AuditKind.DEADLINES_FOLLOWED: (_("Deadlines were brought up to date"), Tone.NEUTRAL),
    AuditKind.REMINDERS_ASKED: (_("Reminders were asked for by hand"), Tone.INFO),
    AuditKind.REMINDERS_PLANNED: (_("Reminders were planned"), Tone.NEUTRAL),
    AuditKind.DIGESTS_PLANNED: (_("Digests were planned"), Tone.NEUTRAL),
    AuditKind.MAIL_SENT: (_("A mail was sent"), Tone.NEUTRAL),
    AuditKind.MAIL_EMPTY: (_("A mail was dropped: nothing was left to say"), Tone.NEUTRAL),
    AuditKind.MAIL_FAILED: (_("The mail server refused a mail"), Tone.BAD),
    AuditKind.MAIL_DEAD: (_("A mail was given up after repeated failures"), Tone.BAD),
    AuditKind.MAIL_RETRIED: (_("A mail was sent again"), Tone.INFO),
    AuditKind.MAIL_CANCELLED: (_("A mail was cancelled"), Tone.CAUTION),
    AuditKind.HOLD_OPENED: (_("The reminders stopped to ask"), Tone.BAD),
    AuditKind.HOLD_RELEASED: (_("The held reminders were released"), Tone.INFO),
    AuditKind.HOLD_DISCARDED: (_("The held reminders were discarded"), Tone.CAUTION),
    AuditKind.FEED_CREATED: (_("A calendar feed was created"), Tone.NEUTRAL),
    AuditKind.FEED_REVOKED: (_("A calendar feed was revoked"), Tone.NEUTRAL),
    AuditKind.DIGEST_SET: (_("The digest was chosen"), Tone.NEUTRAL),
    AuditKind.EVALUATION_RECORDED: (_("An evaluation was recorded"), Tone.INFO),
    AuditKind.QUESTION_WITHDRAWN: (_("A question was withdrawn"), Tone.NEUTRAL),
    AuditKind.LADDERS_SYNCED: (_("The ladders were brought up to date"), Tone.NEUTRAL),
    AuditKind.OUTSIDER_NAMED: (
        _("The office brought in somebody from outside for this case"),
        Tone.CAUTION,
    ),
    AuditKind.CHECKPOINT_WRITTEN: (_("A checkpoint of the log was written"), Tone.NEUTRAL),
    AuditKind.COMMENT_POSTED: (_("A comment was posted"), Tone.INFO),
    AuditKind.THREAD_RESOLVED: (_("A thread was resolved"), Tone.GOOD),
    AuditKind.THREAD_REOPENED: (_("A thread was opened again"), Tone.INFO),
    AuditKind.REVIEW_SKIPPED: (_("A reviewer put the review last in the queue"), Tone.NEUTRAL),
    AuditKind.ASSIGNMENT_UNDONE: (_("An assignment was undone"), Tone.CAUTION),
    AuditKind.AWAITED_REMINDED: (_("Somebody was reminded that it is their turn"), Tone.INFO),
    AuditKind.REMINDER_UNDONE: (_("A reminder was taken back before it left"), Tone.NEUTRAL),
    AuditKind.ABSENCE_SET: (_("An absence was set"), Tone.NEUTRAL),
    AuditKind.ABSENCE_ENDED: (_("An absence was taken back"), Tone.NEUTRAL),
    AuditKind.EXPERTISE_SET: (_("A reviewer's expertise was set"), Tone.NEUTRAL),
    AuditKind.CONFLICT_DECLARED: (_("A conflict of interest was declared"), Tone.CAUTION),
    AuditKind.CONFLICT_ENDED: (_("A conflict of interest was ended"), Tone.NEUTRAL),
    AuditKind.VIEW_SAVED: (_("A view of a list was saved"), Tone.NEUTRAL),
    AuditKind.VIEW_REMOVED: (_("A view of a list was removed"), Tone.NEUTRAL),
    AuditKind.COLUMNS_CHOSEN: (_("The columns of a list were chosen"), Tone.NEUTRAL),
    AuditKind.BULK_DONE: (_("One action was done to many rows"), Tone.INFO),
    AuditKind.BULK_UNDONE: (_("An action on many rows was undone"), Tone.CAUTION),
    AuditKind.EXPORT_MADE: (_("An export was made"), Tone.NEUTRAL),
    AuditKind.TOKEN_CREATED: (_("An API token was created"), Tone.CAUTION),
    AuditKind.TOKEN_REVOKED: (_("An API token was revoked"), Tone.NEUTRAL),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline, as ``components/timeline.html`` wants it."""

    what: str
    at: datetime
    who: str
    tone: Tone
    note: str = ""
    relative: str = ""


BY_REVIEWERS = frozenset(
    {
        AuditKind.QUESTION_ASKED,
        AuditKind.QUESTION_WITHDRAWN,
        AuditKind.REVIEW_SIGNED_OFF,
        AuditKind.REVIEWER_RECUSED,
    }
)
"""Kinds whose actor is a reviewer."""


def entry(event: AuditEvent, *, names_reviewers: bool = True) -> Entry:
    """The event in words.

    Reviewers are named to the office only, and not to one who is still blind to the other.
    """
    sentence, tone = SENTENCES[AuditKind(event.kind)]
    if event.kind in BY_REVIEWERS and not names_reviewers:
        who = gettext("A reviewer")
    else:
        who = str(event.actor) if event.actor else gettext("RAI Portal")
    return Entry(gettext(sentence), event.business_at, who, tone)
