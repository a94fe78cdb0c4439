"""The pages about data, human oversight and proof. Source: Impact Assessment template, 2 to 4."""

from reviews.domain.intake.questions import Kind, Page, Question
from reviews.domain.intake.rules import AnyOf, AsksFor, Elevated
from reviews.domain.texts import gettext_noop as _

_BIOMETRIC = AsksFor(("attribute_inference", "face_recognition", "face_detection", "voice"))

DATA = Page(
    "data",
    _("Data"),
    _("What it learns from and what it keeps."),
    (
        Question(
            "data_needs",
            _("Which data does it need?"),
            Kind.TEXT,
            hint=_("For training, testing and running; for which people and places."),
            why=_(
                "Data that miss the people or places of use are the most common cause of failure."
            ),
            material=True,
            serves=("A4.1",),
        ),
        Question(
            "existing_data",
            _("Which ready-made data sets or models do you use, and why do they fit?"),
            Kind.TEXT,
            shown=Elevated(),
            required=False,
            serves=("A4.3",),
        ),
        Question(
            "retention",
            _("Which data about people are kept, for how long, and who can reach them?"),
            Kind.TEXT,
            shown=AnyOf((Elevated(), _BIOMETRIC)),
            material=True,
            serves=("A4.2", "PS1", "PS2"),
        ),
        Question(
            "consent",
            _("How do people learn about it and agree, and how can they take that back?"),
            Kind.TEXT,
            shown=AsksFor(("attribute_inference", "face_recognition", "voice")),
            serves=("PS1",),
        ),
        Question(
            "illinois_biometrics",
            _("Are faces or voices of people in Illinois captured?"),
            Kind.YES_NO_UNKNOWN,
            why=_(
                "A law of that state asks for a written release and a public retention policy"
                " before a biometric identifier is taken."
            ),
            shown=_BIOMETRIC,
            material=True,
            serves=("PS1",),
        ),
        Question(
            "privacy_standard_applies",
            _("Does your organisation's privacy standard apply?"),
            Kind.YES_NO,
            hint=_("As a rule it does when data about people are processed."),
            material=True,
            serves=("PS1",),
        ),
        Question(
            "security_policy_applies",
            _("Does your organisation's security policy apply?"),
            Kind.YES_NO,
            material=True,
            serves=("PS2",),
        ),
    ),
)

OVERSIGHT = Page(
    "oversight",
    _("Human oversight"),
    _("Who watches it, and how they can step in."),
    (
        Question(
            "overseers",
            _("Who runs, watches and controls it, and what is each person's duty?"),
            Kind.PEOPLE,
            hint=_("Names or roles, one per line, with the duty. Say who may switch it off."),
            why=_("Oversight by nobody in particular is no oversight."),
            personal=True,
            serves=("A5.1",),
        ),
        Question(
            "intervention",
            _("How do they notice that something is wrong, and how do they stop it?"),
            Kind.TEXT,
            material=True,
            serves=("A5.2", "RS2.3"),
        ),
        Question(
            "second_way",
            _("Is there another way for people who cannot or will not use it?"),
            Kind.YES_NO_UNKNOWN,
            hint=_("Such as a badge or a member of staff, with no disadvantage."),
            why=_("Recognition fails for some people every day. They need a way that works."),
            shown=AsksFor(("attribute_inference", "face_recognition", "voice")),
            material=True,
            serves=("A5.2", "I1"),
        ),
        Question(
            "contest",
            _("How can a person contest a result?"),
            Kind.TEXT,
            shown=Elevated(),
            serves=("A5.2", "T1.2"),
        ),
    ),
)

VALIDITY = Page(
    "validity",
    _("Proof that it works"),
    _("What shows that the output means what you take it to mean."),
    (
        Question(
            "construct",
            _("What do the input and the output stand in for, and how well?"),
            Kind.TEXT,
            hint=_(
                "A smile is not joy; a match score is not an identity. Say where the reading"
                " breaks down."
            ),
            why=_("Systems that claim to read inner states failed here, not in their accuracy."),
            shown=Elevated(),
            material=True,
            serves=("A3.2",),
        ),
        Question(
            "evidence_summary",
            _("What evidence do you have, or plan to get, that it works in these scenarios?"),
            Kind.TEXT,
            hint=_("Tests, numbers, papers; and what is still missing. Files have their own page."),
            serves=("A3.3", "A3.5"),
        ),
        Question(
            "limitations",
            _("Where does it work badly?"),
            Kind.TEXT,
            hint=_("Inputs, surroundings or people with poor results."),
            material=True,
            serves=("T2.2", "RS1.3"),
        ),
        Question(
            "failure",
            _("What happens when it is wrong?"),
            Kind.TEXT,
            hint=_("Both ways: it says yes and should not, it says no and should not."),
            serves=("RS2.1", "RS2.2"),
        ),
        Question(
            "misuse",
            _("How could it be misused, by accident or on purpose?"),
            Kind.TEXT,
            shown=Elevated(),
            serves=("A1.1", "A2.2"),
        ),
        Question(
            "unsupported",
            _("For what must it not be used?"),
            Kind.TEXT,
            hint=_("Uses that it was not designed or tested for."),
            shown=Elevated(),
            serves=("RS1.9", "T2.2"),
        ),
    ),
)
