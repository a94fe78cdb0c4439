"""Routes of the form: begin, write, check, file, evidence, co-authors, withdraw."""

from django.urls import path

from reviews.web.views import (
    intake,
    intake_evidence,
    intake_pages,
    intake_people,
    intake_reading,
    intake_submitting,
)

CASE = "use-cases/<str:reference>"

urlpatterns = [
    path("use-cases/new/", intake.new, name="use_case_new"),
    path(f"{CASE}/edit/", intake.tasks, name="use_case_edit"),
    path(f"{CASE}/scenarios/add/", intake.add_scenario, name="use_case_add_scenario"),
    path(
        f"{CASE}/edit/<str:page>/remove/", intake.remove_scenario, name="use_case_remove_scenario"
    ),
    path(f"{CASE}/edit/<str:page>/", intake_pages.page, name="use_case_page"),
    path(f"{CASE}/check/", intake_submitting.check, name="use_case_check"),
    path(f"{CASE}/submit/", intake_submitting.submit, name="use_case_submit"),
    path(f"{CASE}/refused/", intake_submitting.refused, name="use_case_refused"),
    path(f"{CASE}/withdraw/", intake_submitting.withdraw, name="use_case_withdraw"),
    path(f"{CASE}/reopen/", intake_submitting.reopen, name="use_case_reopen"),
    path(f"{CASE}/answers/", intake_reading.answers, name="use_case_answers"),
    path(f"{CASE}/answers.json", intake_reading.answers_json, name="use_case_answers_json"),
    path(f"{CASE}/evidence/", intake_evidence.evidence, name="use_case_evidence"),
    path("evidence/<uuid:uid>/", intake_evidence.file, name="evidence_file"),
    path("evidence/<uuid:uid>/remove/", intake_evidence.remove, name="evidence_remove"),
    path(f"{CASE}/co-authors/", intake_people.co_authors, name="use_case_co_authors"),
    path(
        f"{CASE}/co-authors/<uuid:person>/remove/",
        intake_people.remove,
        name="use_case_remove_co_author",
    ),
]
