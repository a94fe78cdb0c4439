"""The pages about sensitive use and deployment. Sources: template 3.1 and 3.6, critics' probes,
the gate's facts (design, availability parameters; hard stops and escalations)."""

from reviews.domain.intake.probes import PROBES
from reviews.domain.intake.questions import Kind, Option, Page, Question
from reviews.domain.intake.rules import AllOf, Answered, AnyOf, AsksFor, AsksForGated

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
        why="One yes makes it a sensitive use: two reviewers and two leads look at it. Think of use"
        " and of misuse. “I do not know yet” counts as a yes until you know.",
    )


TRIGGERS = Page(
    "triggers",
    "Sensitive use",
    "Questions that decide how closely the case is looked at. A yes is no refusal.",
    (
        _trigger(
            "consequential_impact",
            "Could it touch somebody's legal rights or access to something essential?",
            "Credit, education, employment, healthcare, housing, insurance, social welfare, or the"
            " terms on which they are given.",
        ),
        _trigger(
            "physical_or_psychological_injury",
            "Could it seriously injure somebody, in body or mind?",
            "Safety-critical work, health, children, arms.",
        ),
        _trigger(
            "human_rights_threat",
            "Could it restrict a human right?",
            "Privacy, speech, assembly, freedom of movement, equal treatment, fair trial.",
        ),
        Question(
            "trigger_details",
            "What could happen, to whom, and how serious is it?",
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
            "Is it under a legal or internal restriction that you know of?",
            Kind.YES_NO_UNKNOWN,
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "restricted_use_details",
            "Which restriction, and what does it ask of you?",
            Kind.TEXT,
            shown=Answered("restricted_use", ("yes",)),
            serves=("A2.1",),
        ),
        _yes_no(
            "tracking",
            "Does it follow a person over time or from place to place?",
            "A2.2",
            families=(_ATTRIBUTES, _FACES, _VOICE, _MEDIA),
        ),
        _yes_no(
            "live_identification",
            "Does it find out who somebody is while they are there, in or near real time?",
            "A2.2",
            families=(_FACES, _VOICE),
        ),
        _yes_no(
            "enrolment_optional",
            "Are people free to stay out, without a disadvantage?",
            "A2.2",
            "PS1",
            families=(_FACES, _VOICE),
        ),
        Question(
            "enrolment_controlled_by",
            "Who decides whether a person takes part?",
            Kind.CHOICE,
            options=(
                Option("person", "The person"),
                Option("employer", "An employer"),
                Option("school", "A school or training provider"),
                Option("other", "Somebody else"),
                Option("unknown", "I do not know yet"),
            ),
            shown=AsksFor((_ATTRIBUTES, _FACES, _VOICE)),
            material=True,
            serves=("A2.2",),
        ),
        _yes_no(
            "healthcare_decision",
            "Does the output feed a decision about somebody's health or care?",
            "A2.2",
            families=_ALL,
        ),
        _yes_no(
            "public_space",
            "Does it work in a space that is open to the public?",
            "A2.2",
            "T3.2",
            families=_ALL,
            hint="Shops, stations, streets, lobbies: light and weather vary, and notice is hard.",
        ),
        _yes_no(
            "protected_space",
            "Does it work in a protected space?",
            "A2.2",
            families=(_ATTRIBUTES, _FACES, _FINDING),
            hint="Restrooms, changing rooms, places of worship, bedrooms.",
        ),
        _yes_no(
            "task_monitoring",
            "Does it watch how people work or behave in a way that intrudes on them?",
            "A2.2",
            families=(_ATTRIBUTES, _FACES, _VOICE),
        ),
        *PROBES,
    ),
)

_NO_CUSTOMER_ROW = AnyOf((Answered("for_customer", ("no",)), Answered("customer", ("", "other"))))

DEPLOYMENT = Page(
    "deployment",
    "Deployment and customer",
    "Where it runs and for whom.",
    (
        Question(
            "for_customer",
            "For whom is it?",
            Kind.CHOICE,
            options=(
                Option("yes", "A customer or partner"),
                Option("no", "Our own organisation"),
            ),
            material=True,
        ),
        Question(
            "customer",
            "Which customer?",
            Kind.CUSTOMER,
            hint="Choose “Not in the list” for one that is not registered here.",
            shown=Answered("for_customer", ("yes",)),
            material=True,
        ),
        Question(
            "customer_name",
            "Name of the customer that is not in the list",
            Kind.LINE,
            shown=AllOf((Answered("for_customer", ("yes",)), Answered("customer", ("other",)))),
            material=True,
        ),
        Question(
            "existing",
            "Was it in use on the day on which the capability was closed to new customers?",
            Kind.YES_NO_UNKNOWN,
            hint="This very capability; an account or another capability of the service does not"
            " count.",
            why="Who used a capability before it was closed may go on until its last day.",
            shown=AsksForGated(),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "managed",
            "Does an account team of the provider look after the customer?",
            Kind.YES_NO_UNKNOWN,
            hint="Not a support contract: a named team. For our own organisation, answer yes.",
            why="Limited Access is open only to customers whom an account team knows.",
            shown=AsksForGated(),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "sector",
            "In which sector does it work?",
            Kind.CHOICE,
            options=(
                Option("commercial", "Commercial"),
                Option("public", "Public sector"),
                Option("unknown", "I do not know yet"),
            ),
            shown=AsksFor((_FACES,)),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "end_user",
            "Who uses it in the end?",
            Kind.CHOICE,
            options=(
                Option(
                    "us_police", "State or local police in the United States, or somebody for them"
                ),
                Option("federal_law_enforcement", "Federal law enforcement in the United States"),
                Option("military", "Armed forces"),
                Option("other", "None of these"),
                Option("unknown", "I do not know yet"),
            ),
            why="Recognising faces for US state or local police is not allowed, and no review can"
            " change that.",
            shown=AsksFor((_ATTRIBUTES, _FACES, _FINDING, _VOICE)),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "realtime_bodycam",
            "Does it recognise people in real time on cameras that officers wear or carry?",
            Kind.YES_NO_UNKNOWN,
            shown=AsksFor((_FACES,)),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "region",
            "In which country does it run?",
            Kind.REGION,
            hint="If it runs in several and one is in the EU, choose the EU: its rules are the"
            " strictest of those we check.",
            material=True,
            serves=("A4.1", "A2.1"),
        ),
        Question(
            "places",
            "Places and languages in more detail",
            Kind.TEXT,
            hint="Today, with the next release, later.",
            required=False,
            serves=("A4.1", "F1.1"),
        ),
        Question(
            "deployment_mode",
            "How is it deployed?",
            Kind.LINE,
            hint="Such as: a cloud service called by an app; a device at the door.",
            required=False,
            serves=("A5.3",),
        ),
        Question(
            "accessibility_standard_applies",
            "Do your organisation's accessibility standards apply?",
            Kind.YES_NO,
            hint="As a rule they do when people see, hear or operate it.",
            material=True,
            serves=("I1",),
        ),
    ),
)
