"""The page about who is affected. Source: Impact Assessment template, 2.2 to 2.4 and 5.2."""

from reviews.domain.intake.questions import Kind, Page, Question
from reviews.domain.intake.rules import AllOf, Answered, AnyOf, AsksFor, Elevated
from reviews.domain.texts import gettext_noop as _

_WHY_REASON = "The Standard lets this goal rest only with a reason that a reviewer can follow."


def _reason(field: str, label: str, *serves: str, when: Answered | AllOf | None = None) -> Question:
    return Question(
        f"{field}_reason",
        label,
        Kind.TEXT,
        hint=_("One sentence is enough."),
        why=_WHY_REASON,
        shown=when or Answered(field, ("no",)),
        serves=serves,
    )


PEOPLE = Page(
    "people",
    _("Who is affected"),
    _("Everybody the system touches, whether they use it or not."),
    (
        Question(
            "stakeholders",
            _("Who is affected?"),
            Kind.TEXT,
            hint=_(
                "One group per line: users, people judged or watched, people who oversee it,"
                " bystanders, people close to them, people who might abuse it."
            ),
            why=_("Harm often falls on people who never asked for the system."),
            material=True,
            serves=("A1.1",),
        ),
        Question(
            "benefits",
            _("What do they gain?"),
            Kind.TEXT,
            hint=_("Group by group."),
            shown=Elevated(),
            serves=("A1.1",),
        ),
        Question(
            "harms",
            _("What could go wrong for them?"),
            Kind.TEXT,
            hint=_(
                "Group by group. Say where minorities, children, older or disabled people fare"
                " worse, and what you do about it."
            ),
            why=_("The list becomes the thread of the review: each harm should meet a safeguard."),
            serves=("A1.1", "RS2.1"),
        ),
        Question(
            "under_18",
            _("Are people under 18 among them?"),
            Kind.YES_NO_UNKNOWN,
            why=_("Most systems were hardly tested with children. A yes asks for results by age."),
            shown=AsksFor(),
            material=True,
            serves=("F1.1",),
        ),
        Question(
            "mainly_over_65",
            _("Are most of them over 65?"),
            Kind.YES_NO_UNKNOWN,
            why=_(
                "Most systems were hardly tested with older people. A yes asks for results by age."
            ),
            shown=AsksFor(),
            material=True,
            serves=("F1.1",),
        ),
        Question(
            "informs_decisions",
            _("Do people use the output to decide something by people or about people?"),
            Kind.YES_NO,
            hint=_("Also small things: whom to call first, which document to open."),
            material=True,
            serves=("T1.1",),
        ),
        Question(
            "deciders",
            _("Who decides with it, and who is decided about?"),
            Kind.TEXT,
            shown=Answered("informs_decisions", ("yes",)),
            serves=("T1.1", "T1.2"),
        ),
        _reason("informs_decisions", _("Why does nobody decide with it?"), "T1"),
        Question(
            "impersonates_human",
            _("Could somebody take it for a human being in a conversation?"),
            Kind.YES_NO,
            material=True,
            serves=("T3.1",),
        ),
        Question(
            "synthetic_media",
            _("Does it make or change images, sound or video that could be taken as real?"),
            Kind.YES_NO,
            material=True,
            serves=("T3.1",),
        ),
        Question(
            "disclosure",
            _("How do people learn that they face AI, or something made by it?"),
            Kind.TEXT,
            shown=AnyOf(
                (
                    Answered("impersonates_human", ("yes",)),
                    Answered("synthetic_media", ("yes",)),
                )
            ),
            serves=("T3.2",),
        ),
        _reason(
            "disclosure",
            _("Why can nobody mistake it for a human being or its output for real?"),
            "T3",
            when=AllOf(
                (Answered("impersonates_human", ("no",)), Answered("synthetic_media", ("no",)))
            ),
        ),
        Question(
            "adopters",
            _("Who chooses to adopt it, and who builds on it?"),
            Kind.TEXT,
            shown=Elevated(),
            required=False,
            serves=("T2.1",),
        ),
        Question(
            "demographic_quality_gap",
            _("Could it work better for some groups of people than for others?"),
            Kind.YES_NO,
            hint=_(
                "By age, sex, skin tone, accent, disability, culture, and combinations of them."
            ),
            material=True,
            serves=("F1.1",),
        ),
        Question(
            "quality_groups",
            _("Which groups could be served worse, in order of concern?"),
            Kind.TEXT,
            shown=Answered("demographic_quality_gap", ("yes",)),
            serves=("F1.1",),
        ),
        _reason("demographic_quality_gap", _("Why does it work equally well for all?"), "F1"),
        Question(
            "allocates_essential",
            _(
                "Does the output shape who gets what in finance, education, employment, healthcare,"
                " housing, insurance or social welfare?"
            ),
            Kind.YES_NO,
            material=True,
            serves=("F2.1",),
        ),
        Question(
            "allocation_groups",
            _("Which groups could be treated unequally, in order of concern?"),
            Kind.TEXT,
            shown=Answered("allocates_essential", ("yes",)),
            serves=("F2.1",),
        ),
        _reason("allocates_essential", _("Why does it not shape any of these?"), "F2"),
        Question(
            "represents_people",
            _("Does the output describe or portray people, cultures or society?"),
            Kind.YES_NO,
            hint=_("Labels put on a face count."),
            material=True,
            serves=("F3.1",),
        ),
        Question(
            "portrayal_groups",
            _("Which groups could be stereotyped, demeaned or left out?"),
            Kind.TEXT,
            shown=Answered("represents_people", ("yes",)),
            serves=("F3.1",),
        ),
        _reason("represents_people", _("Why does it portray nobody?"), "F3"),
    ),
)
