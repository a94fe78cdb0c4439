"""What machines change, through the services of the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from reviews.domain.enums import DeploymentStatus, Role, State
from reviews.models import (
    Condition,
    Countersignature,
    DemoClock,
    Deployment,
    Evidence,
    Extension,
    KeptResponse,
    UseCase,
)
from tests import builders_reviewing
from tests.builders import NOW, TODAY, use_case, user
from tests.builders_access import decided_case, vetting
from tests.builders_api import Machine
from tests.builders_deciding import awaiting_decision, later, office

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture
def people(roles, catalogue, settings):
    """Business time is that of the builders."""
    settings.DEMO = True
    DemoClock.objects.create(offset=NOW - timezone.now())
    return office()


def etag(machine, address):
    return machine.get(address).headers["ETag"]


def test_a_sensitive_case_is_decided_by_two(people):
    case = awaiting_decision(people, sensitive=True)
    address = f"use-cases/{case.reference}/"
    scenario = case.intended_uses.get()
    promise = {
        "text": "Test it monthly.",
        "proof_wanted": "The report.",
        "owner": people.requester.username,
        "verifier": people.reviewer.username,
        "due_on": later(30).isoformat(),
    }
    said = {
        "scenario": str(scenario.uid),
        "outcome": "approved_with_conditions",
        "reasons": "It is safe enough.",
        "conditions": [promise],
    }
    lead, second = Machine(people.lead), Machine(people.lead2)
    team_side = Machine(people.requester)
    refused = team_side.post(f"{address}decide/", {}, If_Match="*")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    body = {"scenarios": [said]}
    assert lead.post(f"{address}decide/", body).json()["code"] == "precondition_required"
    decided = lead.post(f"{address}decide/", body, If_Match=etag(lead, address))
    assert decided.json()["state"] == State.AWAITING_COUNTERSIGNATURE

    people.lead2.set_password(PASSWORD)
    people.lead2.save()
    signature = {"agreed": True, "password": "a guess that is wrong"}
    match = etag(second, address)
    wrong = second.post(f"{address}countersign/", signature, If_Match=match, Idempotency_Key="s")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    assert not Countersignature.objects.exists()
    signature["password"] = PASSWORD
    signed = second.post(f"{address}countersign/", signature, If_Match=match, Idempotency_Key="s")
    assert (signed.status_code, signed.json()["state"]) == (200, State.APPROVED)
    again = second.post(f"{address}countersign/", signature, If_Match=match, Idempotency_Key="s")
    assert (again.status_code, again.json()) == (200, signed.json())
    assert Countersignature.objects.count() == 1
    assert PASSWORD not in str(list(KeptResponse.objects.values()))

    (row,) = team_side.get("conditions/").json()["results"]
    address = f"conditions/{row['uid']}/"
    assert team_side.post(f"{address}proof/", {"proof": "Here."}).json()["state"] == "proof_given"
    assert team_side.post(f"{address}met/").status_code == 403
    met = Machine(people.reviewer).post(f"{address}met/", {"note": "Seen."})
    assert met.json()["state"] == "met"
    assert Condition.objects.get().verified_by == people.reviewer


def test_guessing_a_password_ends_after_ten_tries(people):
    case = awaiting_decision(people, sensitive=True)
    address = f"use-cases/{case.reference}/"
    said = {"scenario": str(case.intended_uses.get().uid), "outcome": "approved", "reasons": "So."}
    Machine(people.lead).post(f"{address}decide/", {"scenarios": [said]}, If_Match="*")
    second = Machine(people.lead2)
    tries = [
        second.post(
            f"{address}countersign/", {"agreed": True, "password": str(one)}, If_Match="*"
        ).status_code
        for one in range(11)
    ]
    assert tries == [403] * 10 + [429]


def test_a_reviewer_judges_and_signs_off(people):
    review = builders_reviewing.in_review(people)
    builders_reviewing.assigned(review, people.reviewer, people)
    machine = Machine(people.reviewer)
    address = f"reviews/{review.uid}/"
    for row in machine.get(f"{address}items/").json()["results"]:
        said = {"value": "met", "note": "Read."}
        at = f"{address}items/{row['position']}/verdict/"
        assert machine.post(at, said).status_code == 428
        assert machine.post(at, said, If_Match='"0"').json()["version"] == 1
    stale = machine.post(at, {"value": "not_met"}, If_Match='"0"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    done = machine.post(
        f"{address}sign-off/", {"recommendation": "approve", "reasons": "All is there."}
    )
    assert done.status_code == 200, done.json()
    assert UseCase.objects.get().state == State.AWAITING_DECISION


def test_files_come_in_and_go_out(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = use_case(people.team, by=people.requester)
    machine = Machine(people.requester)
    bearer = {"Authorization": f"Bearer {machine.secret}", "Idempotency-Key": "file"}

    def send(content=b"What was measured.\n"):
        file = SimpleUploadedFile("notes.txt", content, content_type="text/plain")
        data = {"use_case": case.reference, "file": file, "title": "Notes"}
        return machine.client.post("/api/v1/evidence/", data, headers=bearer)

    made, again = send(), send()
    assert (made.status_code, again.status_code) == (201, 201), made.json()
    assert made.json() == again.json()
    assert send(b"Something else.\n").json()["code"] == "key_reused"
    assert Evidence.objects.count() == 1
    read = machine.get(f"evidence/{made.json()['uid']}/content/")
    assert b"".join(read.streaming_content) == b"What was measured.\n"
    assert "attachment" in read.headers["Content-Disposition"]
    other = Machine(user("omar", Role.REQUESTER))
    assert other.get(f"evidence/{made.json()['uid']}/content/").status_code == 404


def test_the_register_is_kept_and_extended(people):
    keeper = Machine(user("sol", Role.SUNSET_OWNER))
    of = keeper.post("customers/", {"name": "Harbour Bank", "sector": "commercial"})
    assert of.status_code == 201, of.json()
    body = {"customer": of.json()["uid"], "capability": "emotion", "use": "Queues"}
    made = keeper.post("deployments/", body)
    assert (made.status_code, made.json()["last_permitted_on"]) == (201, "2023-06-30")
    address = f"deployments/{made.json()['uid']}/"
    later_ = {"until": "2023-09-30", "reason": "The other product is late."}
    asked = keeper.post(f"{address}extend/", later_, If_Match=made.headers["ETag"])
    assert asked.status_code == 201, asked.json()
    granted = Machine(people.lead).post(f"extensions/{asked.json()['uid']}/grant/", {"reason": "x"})
    assert granted.status_code == 200, granted.json()
    assert keeper.get(address).json()["last_permitted_on"] == "2023-09-30"
    match = etag(keeper, address)
    stopped = {"said_by": "Ada", "stopped_on": TODAY.isoformat(), "reason": "By telephone."}
    assert keeper.post(f"{address}attest/", stopped, If_Match='"99"').status_code == 412
    done = keeper.post(f"{address}attest/", stopped, If_Match=match)
    assert (done.status_code, done.json()["status"]) == (200, DeploymentStatus.DISCONTINUED)
    assert Extension.objects.count() == Deployment.objects.count() == 1


def test_access_is_asked_for_granted_and_revoked(people):
    ines, lead = Machine(people.requester), Machine(people.lead)
    body = {
        "team": str(people.team.uid),
        "new_customer": {"name": "Quay Bank", "country": "GB"},
        "capability": "verify",
        "sector": "commercial",
        "use_code": "UC-C2",
        "answers": vetting(),
    }
    asked = ines.post("access-applications/", body)
    assert (asked.status_code, asked.json()["state"]) == (201, "filed"), asked.json()
    assert "business_mail" not in asked.json()["answers"]
    of, address = asked.json()["customer"]["uid"], f"access-applications/{asked.json()['uid']}/"
    said = {"granted": True, "reason": "Vetted.", "reverify_by": later(200).isoformat()}
    assert ines.post(f"{address}decide/", said).status_code == 403
    assert lead.post(f"{address}decide/", said).json()["code"] == "state_conflict"
    managed = {"is_managed": True, "note": "The account team says so."}
    assert lead.post(f"customers/{of}/verify/", managed).status_code == 200
    decided = lead.post(f"{address}decide/", said)
    assert (decided.status_code, decided.json()["state"]) == (200, "granted"), decided.json()

    (row,) = ines.get("access-grants/?standing=running").json()["results"]
    address = f"access-grants/{row['uid']}/"
    again = {"note": "Asked again.", "next_by": later(300).isoformat()}
    confirmed = lead.post(f"{address}re-verify/", again)
    assert confirmed.json()["reverify_by"] == later(300).isoformat()
    revoked = lead.post(f"{address}revoke/", {"reason": "No longer used."})
    assert revoked.json()["standing"] == "revoked"


def test_an_exception_is_asked_for_granted_and_countersigned(people):
    case = decided_case(people)
    machine = Machine(people.requester)
    body = {
        "use_case": case.reference,
        "scenario": str(case.intended_uses.get().uid),
        "kind": "accessibility",
        "capability": "emotion",
        "scope": "Blind passengers at two stations.",
        "reason": "Nothing else reads faces aloud.",
        "until": later(100).isoformat(),
    }
    asked = machine.post("exceptions/", body)
    assert asked.status_code == 201, asked.json()
    address = f"exceptions/{asked.json()['uid']}/"
    assert machine.post(f"{address}grant/").status_code == 403
    assert Machine(people.lead).post(f"{address}grant/").status_code == 200
    people.lead2.set_password(PASSWORD)
    people.lead2.save()
    second = Machine(people.lead2)
    assert second.post(f"{address}countersign/", {"password": "wrong"}).status_code == 403
    signed = second.post(f"{address}countersign/", {"password": PASSWORD})
    assert (signed.status_code, signed.json()["standing"]) == (200, "granted")
    with_reason = {"reason": "The pilot has ended."}
    ended = Machine(people.lead).post(f"{address}revoke/", with_reason)
    assert ended.json()["state"] == "revoked"
