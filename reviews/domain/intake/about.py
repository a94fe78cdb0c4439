"""The pages about the system and its scenarios. Source: Impact Assessment template, 1 and 2."""

from reviews.domain.intake.questions import Kind, Option, Page, Question
from reviews.domain.intake.rules import AllOf, Answered, AsksFor, AsksForGated, Elevated
from reviews.domain.texts import gettext_noop as _

SYSTEM = Page(
    "system",
    _("About the system"),
    _("In a few sentences, for a reader who has never heard of it."),
    (
        Question(
            "title",
            _("Name of the use case"),
            Kind.LINE,
            hint=_("As you would say it in a meeting: “Door access by face at the Leeds plant”."),
            serves=("A1.1",),
            longest=500,
        ),
        Question(
            "description",
            _("What does the system do?"),
            Kind.TEXT,
            hint=_("What goes in, what comes out, who sees it. Three to six sentences are enough."),
            why=_(
                "Reviewers come from other teams. A plain description saves a round of questions."
            ),
            serves=("A1.1",),
        ),
        Question(
            "purpose",
            _("Which problem does it solve, and what does AI add?"),
            Kind.TEXT,
            why=_("A review weighs benefit against harm; this is the benefit in your own words."),
            serves=("A3.1",),
        ),
        Question(
            "capabilities",
            _("Which of these capabilities does it use?"),
            Kind.CAPABILITIES,
            hint=_("Tick every one that is called, also inside another product."),
            why=_(
                "The rules of the gate belong to capabilities. What you tick decides which"
                " questions follow; most use cases need only a few."
            ),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "lifecycle_stage",
            _("At which stage is it today?"),
            Kind.CHOICE,
            options=(
                Option("planning_analysis", _("Planning and analysis")),
                Option("design", _("Design")),
                Option("development", _("Development")),
                Option("testing", _("Testing")),
                Option("implementation_deployment", _("Implementation and deployment")),
                Option("maintenance", _("Maintenance: it is running")),
                Option("retirement", _("Retirement: it is being switched off")),
            ),
            why=_("Evidence falls due stage by stage. At planning you need not show test results."),
            material=True,
            serves=("A1.3",),
        ),
        Question(
            "release_on",
            _("When do you plan to release it?"),
            Kind.DATE,
            hint=_("Leave it empty if it is running, or if there is no plan yet."),
            required=False,
            serves=("A1.3",),
        ),
        Question(
            "contacts",
            _("Who can answer questions about it?"),
            Kind.PEOPLE,
            hint=_("Names and roles, one per line."),
            personal=True,
            serves=("A1.1",),
        ),
        Question(
            "reviewers",
            _("Who in your own organisation has to agree before development goes on?"),
            Kind.PEOPLE,
            hint=_("Names and roles, one per line."),
            shown=Elevated(),
            required=False,
            personal=True,
            serves=("A1.2",),
        ),
        Question(
            "features",
            _("Which other features and systems does it depend on or feed?"),
            Kind.TEXT,
            hint=_("Existing features, those of the next release, models taken from elsewhere."),
            shown=Elevated(),
            required=False,
            serves=("A3.2",),
        ),
        Question(
            "links",
            _("Links to documents"),
            Kind.TEXT,
            hint=_("One per line: what it is, then the address."),
            required=False,
        ),
    ),
)

SCENARIO = Page(
    "scenario",
    _("Scenario"),
    _("One intended use: who uses it, for which task, where. Decisions are made per scenario."),
    (
        Question(
            "name",
            _("Name of the scenario"),
            Kind.LINE,
            hint=_("Short, so that a decision can name it: “Visitors at the main gate”."),
            serves=("A3.1",),
        ),
        Question(
            "description",
            _("Who uses it, for which task, and where?"),
            Kind.TEXT,
            why=_("A use is not a feature: the same feature may be fine here and not there."),
            material=True,  # A1.3: who, task and place are the use; changed, it is a new one
            serves=("A3.1",),
        ),
        Question(
            "fitness",
            _("How does the system solve the problem here, and what else did you consider?"),
            Kind.TEXT,
            hint=_("Name at least one way to do it without this capability."),
            why=_("Other ways exist as a rule. The reviewer wants to see that you know them."),
            material=True,
            serves=("A3.1",),
        ),
        Question(
            "role_of_humans",
            _("What do people do while it runs?"),
            Kind.CHOICE,
            options=(
                Option("alert_troubleshooting_only", _("They only step in when something breaks")),
                Option("optional_handoff", _("The system may hand over to a person")),
                Option("required_handoff", _("The system must hand over in set situations")),
                Option("veto_before_action", _("It goes ahead unless a person stops it")),
                Option("approval_before_action", _("It waits until a person approves")),
            ),
            why=_("The less people are in the loop, the more the evidence on errors has to carry."),
            material=True,
            serves=("A5.1",),
        ),
        Question(
            "accessibility",
            _("What is the purpose of this scenario?"),
            Kind.CHOICE,
            options=(
                Option("general", _("General use")),
                Option("accessibility", _("Accessibility: it helps people with a disability")),
                Option("unknown", _("I do not know yet")),
            ),
            why=_(
                "Inferring attributes from faces was withdrawn for general use. Scenarios that"
                " help people with a disability may ask for an exception."
            ),
            shown=AsksFor(("attribute_inference",)),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "use",
            _("Which of the approved uses is it?"),
            Kind.LISTED_USE,
            hint=_("Permission is bound to the use you choose here."),
            why=_(
                "Recognising faces is open only for the uses of a closed list. A use that is not"
                " on it can be proposed, but not granted."
            ),
            shown=AllOf((AsksFor(("face_recognition",)), AsksForGated())),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "setting",
            _("In which setting?"),
            Kind.CHOICE,
            options=(
                Option("workplace", _("At work, job applications included")),
                Option("education", _("In school, training or exams")),
                Option("healthcare", _("In healthcare")),
                Option("public_space", _("In a space that is open to the public")),
                Option("other", _("Elsewhere")),
                Option("unknown", _("I do not know yet")),
            ),
            hint=_("If several fit, choose the one where people are least free to say no."),
            shown=AsksFor(),
            material=True,
            serves=("A2.1", "A2.2"),
        ),
        Question(
            "medical_or_safety",
            _("Is it there for a medical or a safety reason?"),
            Kind.YES_NO_UNKNOWN,
            hint=_("Such as noticing that a driver falls asleep. Productivity or mood is not one."),
            why=_(
                "Law in the EU forbids reading emotions at work and in education unless a medical"
                " or safety reason stands behind it."
            ),
            shown=AllOf(
                (
                    AsksFor(("attribute_inference",)),
                    Answered("setting", ("workplace", "education", "unknown")),
                )
            ),
            material=True,
            serves=("A2.1",),
        ),
        Question(
            "technology_readiness",
            _("How far is the technology for this use?"),
            Kind.CHOICE,
            options=(
                Option("basic_research_only", _("Basic research only")),
                Option(
                    "feasibility_shown_for_similar_uses", _("Shown to be feasible for similar uses")
                ),
                Option("first_component_validation", _("Components validated for the first time")),
                Option(
                    "first_whole_system_validation",
                    _(
                        "Whole system validated for the first time, or near-identical ones"
                        " succeeded"
                    ),
                ),
                Option("deployed_and_qualified", _("Deployed, with proof that it works")),
            ),
            shown=Elevated(),
            serves=("RS1.1",),
        ),
        Question(
            "task_complexity",
            _("How hard is the task to judge?"),
            Kind.CHOICE,
            options=(
                Option("simple", _("Simple: people agree on the right answer")),
                Option("moderate", _("Moderate: people differ, a majority settles it")),
                Option("complex", _("Complex: there is no clear right answer")),
            ),
            shown=Elevated(),
            serves=("A5.1",),
        ),
        Question(
            "environment_complexity",
            _("How steady are the surroundings?"),
            Kind.CHOICE,
            options=(
                Option("simple", _("Simple: fixed, few surprises")),
                Option("moderate", _("Moderate: they vary, risk is low and the remedy is clear")),
                Option("complex", _("Complex: open or drifting, errors are hard to put right")),
            ),
            shown=Elevated(),
            serves=("RS1.3",),
        ),
    ),
)
