"""Ask the gate about the answers of one use case: catalogue, register and form together.

Reads only. It stands among the services because filing rests on it, in the same transaction.
"""

from datetime import date

from reviews.domain import intake
from reviews.domain.gate import Facts, Policies, decide_each, facts_from
from reviews.domain.intake import Answers
from reviews.domain.intake.outcome import GateOutcome, is_triggered
from reviews.integrations import data_files
from reviews.models import Customer, UseCase
from reviews.models.gate_reading import policies
from reviews.models.gate_records import Records, records


def ask(use_case: UseCase, answers: Answers, *, on: date) -> GateOutcome:
    """Every scenario and capability of these answers, judged on this business day.

    What is on record of the customer is put over the answers; nobody is asked again, so what is
    not said is unknown. At most eleven queries, none without a capability.
    """
    slugs = intake.capability_slugs(answers)
    asked = policies(slugs, holidays=data_files.holidays) if slugs else {}
    recorded = records(list(asked), customer=_customer(answers), use_case=use_case)
    by_scenario = {
        key: decide_each(_questions(asked, recorded, words, scenario=key, on=on), on)
        for key, words in intake.fact_sets(answers).items()
    }
    return GateOutcome(on, by_scenario, is_triggered(answers))


def _questions(
    asked: dict[str, Policies],
    recorded: Records,
    words: dict[str, object],
    *,
    scenario: str,
    on: date,
) -> list[tuple[Policies, Facts]]:
    return [
        (one, facts_from(recorded.add_to(words, one, on=on, scenario=scenario)).final())
        for one in asked.values()
    ]


def _customer(answers: Answers) -> Customer | None:
    page = answers.get("deployment", {})
    uid = str(page.get("customer") or "")
    if page.get("for_customer") != "yes" or uid in ("", "other"):
        return None
    return Customer.objects.filter(uid=uid).first()
