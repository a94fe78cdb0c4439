"""The intake form as data, and what its answers mean. Pure."""

from reviews.domain.intake.answers import (
    NO_CAPABILITY,
    Applicability,
    Scenario,
    capability_slugs,
    catalogue_page,
    goal_applicability,
    is_scenario,
    lifecycle_stage,
    probe_answers,
    scenarios,
)
from reviews.domain.intake.cleaning import clean_page
from reviews.domain.intake.comparing import Difference, compare, material_changes
from reviews.domain.intake.facts import fact_sets, gate_facts
from reviews.domain.intake.form import blank, fields_on, page, pages, question
from reviews.domain.intake.questions import Answers, Kind, Option, Page, Question
from reviews.domain.intake.reading import Row, Section, as_rows, missing, value_text
from reviews.domain.intake.rules import CATALOGUE, SCENARIO, TRIGGERS, scenario_keys
from reviews.domain.intake.snapshots import (
    PersonalText,
    applying,
    canonical,
    digest,
    freeze,
    salted,
)

__all__ = [
    "CATALOGUE",
    "NO_CAPABILITY",
    "SCENARIO",
    "TRIGGERS",
    "Answers",
    "Applicability",
    "Difference",
    "Kind",
    "Option",
    "Page",
    "PersonalText",
    "Question",
    "Row",
    "Scenario",
    "Section",
    "applying",
    "as_rows",
    "blank",
    "canonical",
    "capability_slugs",
    "catalogue_page",
    "clean_page",
    "compare",
    "digest",
    "fact_sets",
    "fields_on",
    "freeze",
    "gate_facts",
    "goal_applicability",
    "is_scenario",
    "lifecycle_stage",
    "material_changes",
    "missing",
    "page",
    "pages",
    "probe_answers",
    "question",
    "salted",
    "scenario_keys",
    "scenarios",
    "value_text",
]
