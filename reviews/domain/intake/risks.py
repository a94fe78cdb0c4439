"""The pages about sensitive use and deployment. Sources: template 3.1 and 3.6, critics' probes,
the gate's facts (design, availability parameters; hard stops and escalations)."""

from reviews.domain.intake.probes import PROBES
from reviews.domain.intake.questions import Kind, Option, Page, Question
from reviews.domain.intake.rules import AllOf, Answered, AnyOf, AsksFor, AsksForGated
from reviews.domain.texts import gettext_noop as _

_ATTRIBUTES = "attribute_inference"
_FACES = "face_recognition"
_FINDING = "face_detection"
_VOICE = "voice"
_MEDIA = "media"
_ALL = (_ATTRIBUTES, _FACES, _FINDING, _VOICE, _MEDIA)


def _yes_no(
    field: str,
    label: str,
    *serves: str,
    hint: str = "",
    why: str = "",
    families: tuple[str, ...] = (),
) -> Question:
    return Question(
        field,
        label,
        Kind.YES_NO_UNKNOWN,
        hint=hint,
        why=why,
        shown=AsksFor(families),
        material=True,
        serves=serves,
    )


def _trigger(field: str, label: str, hint: str) -> Question:
    return Question(
        field,
        label,
        Kind.YES_NO_UNKNOWN,
        hint=hint,
        material=True,
        serves=("A2.2",),
        why=_(
            "One yes makes it a sensitive use: two reviewers and two leads look at it. Think of use"
            " and of misuse. “I do not know yet” counts as a yes until you know."
        ),
    )


TRIGGERS = Page(
    "triggers",
    _("Sensitive use"),
    _("Questions that decide how closely the case is looked at. A yes is no refusal."),
    (
        _trigger(
            "consequential_impact",
            _("Could it touch somebody's legal rights or access to something essential?"),
            _(
                "Credit, education, employment, healthcare, housing, insurance, social"
                " welfare, or the"
                " terms on which they are given."
            ),
        ),
        _trigger(
            "physical_or_psychological_injury",
            _("Could it seriously injure somebody, in body or mind?"),
            _("Safety-critical work, health, children, arms."),
        ),
        _trigger(
            "human_rights_threat",
            _("Could it restrict a human right?"),
            _("Privacy, speech, assembly, freedom of movement, equal treatment, fair trial."),
        ),
        Question(
            "trigger_details",
            _("What could happen, to whom, and how serious is it?"),
            Kind.TEXT,
            shown=AnyOf(
                tuple(
                    Answered(field, ("yes",))
                    for field in (
                        "consequential_impact",
                        "physical_or_psychological_injury",
                        "human_rights_threat",
                    )
                )
            ),
            material=True,
            serves=("A2.2",),
        ),
        Question(
            "restricted_use",
            _("Is it under a legal or internal restriction that you know of?"),
            Kind.YES_NO_UNKNOWN,
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "restricted_use_details",
            _("Which restriction, and what does it ask of you?"),
            Kind.TEXT,
            shown=Answered("restricted_use", ("yes",)),
            serves=("A2.1",),
        ),
        _yes_no(
            "tracking",
            _("Does it follow a person over time or from place to place?"),
            "A2.2",
            families=(_ATTRIBUTES, _FACES, _VOICE, _MEDIA),
        ),
        _yes_no(
            "live_identification",
            _("Does it find out who somebody is while they are there, in or near real time?"),
            "A2.2",
            families=(_FACES, _VOICE),
        ),
        _yes_no(
            "enrolment_optional",
            _("Are people free to stay out, without a disadvantage?"),
            "A2.2",
            "PS1",
            families=(_FACES, _VOICE),
        ),
        Question(
            "enrolment_controlled_by",
            _("Who decides whether a person takes part?"),
            Kind.CHOICE,
            options=(
                Option("person", _("The person")),
                Option("employer", _("An employer")),
                Option("school", _("A school or training provider")),
                Option("other", _("Somebody else")),
                Option("unknown", _("I do not know yet")),
            ),
            shown=AsksFor((_ATTRIBUTES, _FACES, _VOICE)),
            material=True,
            serves=("A2.2",),
        ),
        _yes_no(
            "healthcare_decision",
            _("Does the output feed a decision about somebody's health or care?"),
            "A2.2",
            families=_ALL,
        ),
        _yes_no(
            "public_space",
            _("Does it work in a space that is open to the public?"),
            "A2.2",
            "T3.2",
            families=_ALL,
            hint=_(
                "Shops, stations, streets, lobbies: light and weather vary, and notice is hard."
            ),
        ),
        _yes_no(
            "protected_space",
            _("Does it work in a protected space?"),
            "A2.2",
            families=(_ATTRIBUTES, _FACES, _FINDING),
            hint=_("Restrooms, changing rooms, places of worship, bedrooms."),
        ),
        _yes_no(
            "task_monitoring",
            _("Does it watch how people work or behave in a way that intrudes on them?"),
            "A2.2",
            families=(_ATTRIBUTES, _FACES, _VOICE),
        ),
        *PROBES,
    ),
)

_NO_CUSTOMER_ROW = AnyOf((Answered("for_customer", ("no",)), Answered("customer", ("", "other"))))

DEPLOYMENT = Page(
    "deployment",
    _("Deployment and customer"),
    _("Where it runs and for whom."),
    (
        Question(
            "for_customer",
            _("For whom is it?"),
            Kind.CHOICE,
            options=(
                Option("yes", _("A customer or partner")),
                Option("no", _("Our own organisation")),
            ),
            material=True,
        ),
        Question(
            "customer",
            _("Which customer?"),
            Kind.CUSTOMER,
            hint=_("Choose “Not in the list” for one that is not registered here."),
            shown=Answered("for_customer", ("yes",)),
            material=True,
        ),
        Question(
            "customer_name",
            _("Name of the customer that is not in the list"),
            Kind.LINE,
            shown=AllOf((Answered("for_customer", ("yes",)), Answered("customer", ("other",)))),
            material=True,
        ),
        Question(
            "existing",
            _("Was it in use on the day on which the capability was closed to new customers?"),
            Kind.YES_NO_UNKNOWN,
            hint=_(
                "This very capability; an account or another capability of the service does not"
                " count."
            ),
            why=_("Who used a capability before it was closed may go on until its last day."),
            shown=AsksForGated(),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "managed",
            _("Does an account team of the provider look after the customer?"),
            Kind.YES_NO_UNKNOWN,
            hint=_("Not a support contract: a named team. For our own organisation, answer yes."),
            why=_("Limited Access is open only to customers whom an account team knows."),
            shown=AsksForGated(),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "sector",
            _("In which sector does it work?"),
            Kind.CHOICE,
            options=(
                Option("commercial", _("Commercial")),
                Option("public", _("Public sector")),
                Option("unknown", _("I do not know yet")),
            ),
            shown=AsksFor((_FACES,)),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "end_user",
            _("Who uses it in the end?"),
            Kind.CHOICE,
            options=(
                Option(
                    "us_police",
                    _("State or local police in the United States, or somebody for them"),
                ),
                Option(
                    "federal_law_enforcement", _("Federal law enforcement in the United States")
                ),
                Option("military", _("Armed forces")),
                Option("other", _("None of these")),
                Option("unknown", _("I do not know yet")),
            ),
            why=_(
                "Recognising faces for US state or local police is not allowed, and no review can"
                " change that."
            ),
            shown=AsksFor((_ATTRIBUTES, _FACES, _FINDING, _VOICE)),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "realtime_bodycam",
            _("Does it recognise people in real time on cameras that officers wear or carry?"),
            Kind.YES_NO_UNKNOWN,
            shown=AsksFor((_FACES,)),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "region",
            _("In which country does it run?"),
            Kind.REGION,
            hint=_(
                "If it runs in several and one is in the EU, choose the EU: its rules are the"
                " strictest of those we check."
            ),
            material=True,
            serves=("A4.1", "A2.1"),
        ),
        Question(
            "places",
            _("Places and languages in more detail"),
            Kind.TEXT,
            hint=_("Today, with the next release, later."),
            required=False,
            serves=("A4.1", "F1.1"),
        ),
        Question(
            "deployment_mode",
            _("How is it deployed?"),
            Kind.LINE,
            hint=_("Such as: a cloud service called by an app; a device at the door."),
            required=False,
            serves=("A5.3",),
        ),
        Question(
            "accessibility_standard_applies",
            _("Do your organisation's accessibility standards apply?"),
            Kind.YES_NO,
            hint=_("As a rule they do when people see, hear or operate it."),
            material=True,
            serves=("I1",),
        ),
    ),
)
